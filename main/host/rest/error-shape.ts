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

/** Codes of ours that the service has names of its own for. */
const BY_CODE: Readonly<Record<string, Partial<Outer>>> = {
  timeout: {
    status: 504,
    code: 'Timeout',
    type: `${NAMESPACE}.KustoServiceTimeoutException`,
    message: 'Request has timed out.',
    inner: 'KustoServiceTimeoutException',
  },
  // A worker that has ended; there is a new one by now.
  disconnected: {
    status: 520,
    code: 'General_InternalServerError',
    type: `${NAMESPACE}.KustoServiceException`,
    message: 'Request failed because a part of the service ended.',
    inner: 'KustoServiceException',
  },
  body_too_big: {
    status: 413,
    code: 'PayloadTooLarge',
    message: 'Request payload exceeded limits.',
  },
  Unauthorized: { status: 401, code: 'Unauthorized', message: 'Client needs to authenticate.' },
  request_readonly: {
    status: 403,
    code: 'Forbidden',
    type: `${NAMESPACE}.KustoRequestDeniedException`,
    message: 'Request is denied.',
    inner: 'KustoRequestDeniedException',
  },
  no_such_path: { status: 404, code: 'NotFound', message: 'There is no such resource.' },
  wrong_method: {
    status: 405,
    code: 'MethodNotAllowed',
    message: 'The resource has no such verb.',
  },
  entity_not_found: {
    code: 'BadRequest_EntityNotFound',
    type: `${NAMESPACE}.EntityNotFoundException`,
    inner: 'EntityNotFoundException',
  },
};

const PREFIX: Partial<Record<ErrorKind, string>> = {
  syntax: 'Syntax error',
  semantic: 'Semantic error',
  unsupported: 'Not implemented',
};

/** Kinds that another try may not meet again. */
const PASSING: ReadonlySet<ErrorKind> = new Set(['resource', 'cancelled', 'internal']);
/** Kinds of which the request as such may be fine. */
const SAYS_ALL: ReadonlySet<ErrorKind> = new Set(['resource', 'cancelled', 'internal', 'source']);

export interface OneApiError {
  readonly status: number;
  readonly body: { readonly error: Readonly<Record<string, unknown>> };
}

/** An error in the shape of the OneApi guidelines (page "Query V2 HTTP response"), with its place in the text. */
export function oneApiError(cause: unknown, context: ErrorContext): OneApiError {
  const error = asAppError(cause);
  const outer = { ...OUTER[error.kind], ...BY_CODE[error.code] };
  const message = errorText(error);
  const common = {
    '@context': {
      timestamp: new Date().toISOString(),
      serviceAlias: 'CALYPSO',
      clientRequestId: context.clientRequestId,
      activityId: context.activityId,
    },
    '@permanent': !PASSING.has(error.kind) && error.code !== 'disconnected',
  };
  return {
    status: outer.status,
    body: {
      error: {
        code: outer.code,
        message: outer.message,
        '@type': outer.type,
        '@message': SAYS_ALL.has(error.kind)
          ? message
          : `Request is invalid and cannot be processed: ${message}`,
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

/** One sentence with the error's kind, code and place in the text; its secrets are hidden. */
export function errorText(error: AppError): string {
  const prefix = PREFIX[error.kind];
  const place = error.span ? ` [line:position=${error.span.line}:${error.span.column}]` : '';
  return hideSecrets(`${prefix ? `${prefix}: ` : ''}${error.code}: ${error.message}${place}`);
}
