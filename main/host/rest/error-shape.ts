import { type AppError, asAppError, type ErrorKind } from '../../../common/errors/app-error.ts';
import { hideSecrets } from '../services/hide-secrets.ts';

export interface ErrorContext {
  readonly clientRequestId: string;
  readonly activityId: string;
  readonly database: string;
  readonly text: string;
}

interface Outer {
  readonly status: number;
  readonly code: string;
  readonly type: string;
  readonly message: string;
  readonly inner: string;
}

const NAMESPACE = 'Kusto.Data.Exceptions';

const BAD_REQUEST = {
  status: 400,
  code: 'General_BadRequest',
  type: `${NAMESPACE}.KustoBadRequestException`,
  message: 'Request is invalid and cannot be executed.',
};

/** How the service names each kind of failure (page "Query/management HTTP response", status codes). */
const OUTER: Readonly<Record<ErrorKind, Outer>> = {
  syntax: { ...BAD_REQUEST, inner: 'SyntaxException' },
  semantic: { ...BAD_REQUEST, inner: 'SemanticException' },
  unsupported: { ...BAD_REQUEST, inner: 'NotImplementedException' },
  input: { ...BAD_REQUEST, inner: 'KustoBadRequestException' },
  source: { ...BAD_REQUEST, inner: 'DataSourceException' },
  resource: {
    status: 400,
    code: 'LimitsExceeded',
    type: `${NAMESPACE}.KustoServicePartialQueryFailureLimitsExceededException`,
    message: 'Request execution has exceeded the allowed limits.',
    inner: 'KustoServicePartialQueryFailureLimitsExceededException',
  },
  cancelled: {
    status: 400,
    code: 'Cancelled',
    type: `${NAMESPACE}.KustoRequestCanceledByUserException`,
    message: 'Request was cancelled.',
    inner: 'KustoRequestCanceledByUserException',
  },
  internal: {
    status: 520,
    code: 'General_InternalServerError',
    type: `${NAMESPACE}.KustoServiceException`,
    message: 'Request failed due to an internal error.',
    inner: 'KustoServiceException',
  },
};

const PREFIX: Partial<Record<ErrorKind, string>> = {
  syntax: 'Syntax error',
  semantic: 'Semantic error',
  unsupported: 'Not implemented',
};

export interface OneApiError {
  readonly status: number;
  readonly body: { readonly error: Readonly<Record<string, unknown>> };
}

/** An error in the shape of the OneApi guidelines (page "Query V2 HTTP response"), with its place in the text. */
export function oneApiError(cause: unknown, context: ErrorContext): OneApiError {
  const error = asAppError(cause);
  const outer = OUTER[error.kind];
  const message = hideSecrets(messageOf(error));
  const common = {
    '@context': {
      timestamp: new Date().toISOString(),
      serviceAlias: 'CALYPSO',
      clientRequestId: context.clientRequestId,
      activityId: context.activityId,
    },
    '@permanent': error.kind !== 'resource' && error.kind !== 'cancelled',
  };
  return {
    status: outer.status,
    body: {
      error: {
        code: outer.code,
        message: outer.message,
        '@type': outer.type,
        '@message': `Request is invalid and cannot be processed: ${message}`,
        ...common,
        '@text': hideSecrets(context.text),
        '@database': context.database,
        innererror: {
          code: error.code,
          message: hideSecrets(error.message),
          '@type': `${NAMESPACE}.${outer.inner}`,
          '@message': message,
          ...common,
          '@errorCode': error.code,
          '@errorMessage': hideSecrets(error.message),
          ...(error.span
            ? {
                '@line': error.span.line,
                '@position': error.span.column,
                '@start': error.span.start,
                '@length': error.span.length,
              }
            : {}),
        },
      },
    },
  };
}

function messageOf(error: AppError): string {
  const prefix = PREFIX[error.kind];
  const place = error.span ? ` [line:position=${error.span.line}:${error.span.column}]` : '';
  return `${prefix ? `${prefix}: ` : ''}${error.code}: ${error.message}${place}`;
}
