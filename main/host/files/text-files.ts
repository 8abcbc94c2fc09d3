import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { AppError } from '../../../common/errors/app-error.ts';

const MESSAGES: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file or folder.',
  EACCES: 'The file may not be opened.',
  EPERM: 'The file may not be changed.',
  EISDIR: 'This is a folder.',
  ENOSPC: 'The disk is full.',
  EROFS: 'The disk is read-only.',
};

/** What the system says of a file, in words, with the path. Other errors stay as they are. */
export function translateFileError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return error;
  const text = MESSAGES[error.code] ?? error.message;
  const kind = error.code === 'ENOSPC' ? 'resource' : 'source';
  return new AppError(kind, error.code.toLowerCase(), `${path}: ${text}`, { cause: error });
}

/** Writes the file whole or not at all: a crash in between leaves the old one. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await writeFile(draft, text, { encoding: 'utf8', flag: 'wx' });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw translateFileError(error, path);
  }
}
