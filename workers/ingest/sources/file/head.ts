import { createHash } from 'node:crypto';
import { basename, dirname, extname } from 'node:path';

/** The first bytes of a file, by which it is known again under another name or compressed. */
export interface Head {
  readonly bytes: number;
  readonly hash: string;
}

/** More than this is not looked at. */
export const HEAD_BYTES = 1_024;
/** Two logs may begin with the same line; so many equal bytes are no accident. */
const SURE_BYTES = 256;

export function headOf(bytes: Uint8Array): Head {
  const head = bytes.subarray(0, HEAD_BYTES);
  return { bytes: head.length, hash: hashOf(head) };
}

export function beginsWith(bytes: Uint8Array, head: Head): boolean {
  return bytes.length >= head.bytes && hashOf(bytes.subarray(0, head.bytes)) === head.hash;
}

/** Enough of it is known to tell files apart that begin with the same line. */
export const isSure = (head: Head): boolean => head.bytes >= SURE_BYTES;

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

/** What rotation leaves of a name: `app` of `app.log`, `app.log.1`, `app-20260131.log.gz`. */
export function stemOf(path: string): string {
  return /^\.*[^.\d]*/.exec(basename(path))?.[0].replace(/[-_]+$/, '') ?? '';
}

/** Whether a name is one that rotation gives: `app.log.1`, `app.log-20260131.gz`, `app-2026-01-31.log` of `app.log`. */
export function isRotated(path: string, log: string): boolean {
  const name = basename(path);
  const own = basename(log);
  if (dirname(path) !== dirname(log) || name === own) return false;
  if (name.startsWith(own)) return /^[-._]/.test(name.slice(own.length));
  const ending = extname(own);
  const stem = basename(own, ending);
  const plain = name.replace(/\.(gz|zst)$/, '');
  if (!plain.startsWith(stem) || !plain.endsWith(ending)) return false;
  return /^[-._]?\d[-._\dTZ]*$/.test(plain.slice(stem.length, plain.length - ending.length));
}

/** Both could be the same log before and after a rotation. */
export function related(a: string, b: string): boolean {
  return dirname(a) === dirname(b) && stemOf(a) === stemOf(b);
}
