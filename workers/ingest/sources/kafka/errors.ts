import type { KafkaCluster } from '../../../../common/contract/stream.ts';
import { AppError } from '../../../../common/errors/app-error.ts';

interface Explanation {
  readonly code: string;
  readonly what: string;
  readonly hint: string;
}

const UNKNOWN_AUTHORITY: Explanation = {
  code: 'kafka_tls_authority',
  what: 'its certificate comes from an authority that is not trusted here',
  hint: "Give the PEM of the cluster's authority, or add it to the system's store.",
};

/** What TLS says by its codes (Node's documentation, "X509 certificate error codes" and OpenSSL's alerts). */
const TLS: Readonly<Record<string, Explanation>> = {
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  ERR_TLS_CERT_ALTNAME_INVALID: {
    code: 'kafka_tls_name',
    what: 'its certificate is for another host name',
    hint: 'Use the name that the certificate has, for the first broker and for those that the cluster advertises.',
  },
  CERT_HAS_EXPIRED: {
    code: 'kafka_tls_expired',
    what: 'its certificate has expired',
    hint: "Renew the broker's certificate, or set this machine's clock right.",
  },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    code: 'kafka_tls_none',
    what: 'this port does not speak TLS',
    hint: 'Use the port of the TLS listener, or leave TLS out.',
  },
  ...alerts({
    code: 'kafka_tls_client',
    what: 'it wants a client certificate that it can trust',
    hint: 'Give the PEM of a client certificate and its key, signed by an authority that the cluster knows.',
  }),
};

/** Alerts by which a server refuses what the client has shown, in TLS 1.2 and 1.3. */
function alerts(explanation: Explanation): Record<string, Explanation> {
  const names = ['CERTIFICATE_REQUIRED', 'BAD_CERTIFICATE', 'UNKNOWN_CA', 'CERTIFICATE_UNKNOWN'];
  return Object.fromEntries(
    names.flatMap((name) =>
      ['TLSV13_ALERT', 'TLSV1_ALERT', 'SSLV3_ALERT', 'SSL/TLS_ALERT'].map((version) => [
        `ERR_SSL_${version}_${name}`,
        explanation,
      ]),
    ),
  );
}

interface Thrown {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string | number;
  readonly cause?: unknown;
}

/** An error and what it was caused by, the outermost first. */
function* chain(error: unknown): Generator<Thrown> {
  for (let next = error, deep = 0; next instanceof Error && deep < 10; deep++) {
    yield next;
    next = next.cause;
  }
}

/** What went wrong, for a person: where, and what would work. */
export function sourceError(error: unknown, cluster: KafkaCluster): AppError {
  if (error instanceof AppError) return error;
  const brokers = cluster.brokers.join(', ');
  const fail = ({ code, what, hint }: Explanation): AppError =>
    new AppError('source', code, `${brokers}: ${what}.`, { hints: [hint], cause: error });
  const reasons = [...chain(error)];
  for (const reason of reasons) {
    if (reason instanceof AppError) return reason;
    const known = TLS[String(reason.code)];
    if (known) return fail(known);
    if (reason.name?.startsWith('KafkaJSSASL'))
      return fail({
        code: 'kafka_login',
        what: `the login was refused: ${trimmed(reason.message)}`,
        hint: 'Check the mechanism, the user name and the password.',
      });
    if (reason.name === 'KafkaJSConnectionClosedError')
      return fail({
        code: 'kafka_closed',
        what: 'the broker closed the connection',
        hint: cluster.tls
          ? 'Check that this listener takes this kind of login, and whether it wants a client certificate.'
          : 'Check the port, and whether the cluster asks for TLS or for a login.',
      });
  }
  const { name, message } = reasons[0] ?? { message: String(error) };
  if (name === 'KafkaJSConnectionError' || name === 'KafkaJSNumberOfRetriesExceeded')
    return new AppError('source', 'kafka_unreachable', `${brokers} can't be reached: ${message}`, {
      hints: ['Check the address, the port, and whether the cluster asks for TLS.'],
      cause: error,
    });
  return new AppError('source', 'kafka', `${brokers}: ${message}`, { cause: error });
}

const trimmed = (text = ''): string => text.replace(/\.$/, '');
