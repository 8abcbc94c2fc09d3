import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { shownUri } from '../../../common/contract/external.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { NamedExternalTable } from './external-tables.ts';

type Secrets = Pick<SecretStore, 'get' | 'set' | 'remove'>;

const uris = z.array(z.string());

/** The table as the catalog may hold it: addresses with a key or a signature go to the secrets. */
export function sealUris(secrets: Secrets, table: NamedExternalTable): NamedExternalTable {
  const { secret: _, ...plain } = table;
  if (!table.files.uris.some(hasSecret)) return plain;
  const secret = `external table/${randomUUID()}`;
  secrets.set(secret, JSON.stringify(table.files.uris));
  return { ...plain, secret, files: { ...table.files, uris: table.files.uris.map(shownUri) } };
}

/** The table with the addresses as they were given. */
export function openUris(
  secrets: Pick<Secrets, 'get'>,
  table: NamedExternalTable,
): NamedExternalTable {
  if (table.secret === undefined) return table;
  const text = secrets.get(table.secret);
  if (text === undefined)
    throw new AppError(
      'source',
      'secret_missing',
      `The addresses of the external table '${table.name}' are not among the secrets of this data folder.`,
      { hints: ['Define it again with `.create-or-alter external table`.'] },
    );
  return { ...table, files: { ...table.files, uris: uris.parse(JSON.parse(text)) } };
}

export function forgetUris(secrets: Secrets, table: NamedExternalTable): void {
  if (table.secret !== undefined) secrets.remove(table.secret);
}

function hasSecret(uri: string): boolean {
  return /^(?!file:)[a-z][a-z0-9+.-]+:\/\//i.test(uri) && shownUri(uri) !== uri;
}
