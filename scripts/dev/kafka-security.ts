import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Who may log in at a broker with security, and the certificates that it was made with. */
export interface KafkaSecurity {
  /** PEM of the authority that signed the broker's and the client's certificate. */
  readonly ca: string;
  /** PEM of an authority that signed neither. */
  readonly otherCa: string;
  readonly certificate: string;
  readonly key: string;
  /** TLS and a login: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER with unsecured tokens. */
  readonly saslBroker: string;
  /** TLS where the client has to show a certificate. */
  readonly mutualBroker: string;
}

export interface KafkaUser {
  readonly username: string;
  readonly password: string;
}

/** Certificates in PEM, for 127.0.0.1 and no other name. */
export async function makeCertificates(folder: string): Promise<{
  readonly ca: string;
  readonly otherCa: string;
  readonly certificate: string;
  readonly key: string;
}> {
  const openssl = async (...args: string[]): Promise<void> => {
    await run('openssl', args, { cwd: folder });
  };
  const authority = (name: string): Promise<void> =>
    openssl(
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`],
      ...['-keyout', `${name}.key`, '-out', `${name}.pem`],
      ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
    );
  const signed = async (name: string, extension: string): Promise<void> => {
    await writeFile(join(folder, `${name}.ext`), extension);
    await openssl(
      ...['req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`],
      ...['-keyout', `${name}.key`, '-out', `${name}.csr`],
    );
    await openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-days', '2'],
      ...['-CAcreateserial', '-extfile', `${name}.ext`, '-out', `${name}.pem`],
    );
  };
  await authority('ca');
  await authority('other');
  await signed('broker', 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n');
  await signed('client', 'extendedKeyUsage=clientAuth\n');
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  // Kafka reads the key and its certificate from one file.
  await writeFile(
    join(folder, 'keystore.pem'),
    (await read('broker.key')) + (await read('broker.pem')),
  );
  return {
    ca: await read('ca.pem'),
    otherCa: await read('other.pem'),
    certificate: await read('client.pem'),
    key: await read('client.key'),
  };
}

/** The broker's properties for two listeners more, beside the plain one. */
export function securityProperties(
  folder: string,
  users: readonly KafkaUser[],
  ports: {
    readonly plain: number;
    readonly controller: number;
    readonly sasl: number;
    readonly mutual: number;
  },
): Record<string, string> {
  const quoted = (text: string): string => `"${text.replaceAll('"', '\\"')}"`;
  const plain = users.map((u) => `user_${u.username}=${quoted(u.password)}`).join(' ');
  const security = 'org.apache.kafka.common.security';
  const sasl = 'listener.name.sasl_ssl';
  return {
    listeners: `PLAINTEXT://127.0.0.1:${ports.plain},CONTROLLER://127.0.0.1:${ports.controller},SASL_SSL://127.0.0.1:${ports.sasl},SSL://127.0.0.1:${ports.mutual}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.plain},SASL_SSL://127.0.0.1:${ports.sasl},SSL://127.0.0.1:${ports.mutual}`,
    'listener.security.protocol.map':
      'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': join(folder, 'keystore.pem'),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': join(folder, 'ca.pem'),
    'listener.name.ssl.ssl.client.auth': 'required',
    [`${sasl}.ssl.client.auth`]: 'none',
    [`${sasl}.sasl.enabled.mechanisms`]: 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    [`${sasl}.plain.sasl.jaas.config`]: `${security}.plain.PlainLoginModule required ${plain};`,
    [`${sasl}.scram-sha-256.sasl.jaas.config`]: `${security}.scram.ScramLoginModule required;`,
    [`${sasl}.scram-sha-512.sasl.jaas.config`]: `${security}.scram.ScramLoginModule required;`,
    // Without a handler of its own the broker takes unsecured tokens (RFC 7515, appendix A.5).
    [`${sasl}.oauthbearer.sasl.jaas.config`]: `${security}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
  };
}

/** Options of the storage tool that make the users of SCRAM known. */
export function scramArguments(users: readonly KafkaUser[]): string[] {
  return users.flatMap(({ username, password }) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${username},password=${password}]`,
    ]),
  );
}

/** A token that says who it is for, unsigned: what the broker above accepts for tests. */
export function unsecuredToken(subject: string, lifeSeconds = 3_600): string {
  const now = Math.floor(Date.now() / 1_000);
  const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub: subject, iat: now, exp: now + lifeSeconds })}.`;
}
