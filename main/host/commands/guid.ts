import { createHash } from 'node:crypto';

/** A guid that stays the same for an entity of the catalog; ids there are small numbers. */
export function guidOf(kind: string, id: number | string): string {
  const hex = createHash('sha256').update(`${kind}:${id}`).digest('hex');
  // Version 8 (RFC 9562): made by a rule of our own.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
