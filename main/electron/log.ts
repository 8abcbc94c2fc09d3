import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** At this size the file is put aside as `.old`, so that two of them are all there ever is. */
const MAX_BYTES = 1 << 20;

export type Log = (message: string) => void;

/** A log that never leaves this machine. It holds no query text and no rows. */
export function openLog(folder: string, name = 'calypso.log'): Log {
  const path = join(folder, name);
  let size: number | undefined;
  return (message) => {
    const line = `${new Date().toISOString()} ${message.trimEnd()}\n`;
    try {
      if (size === undefined) {
        mkdirSync(folder, { recursive: true });
        size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      }
      if (size > MAX_BYTES) {
        renameSync(path, `${path}.old`);
        size = 0;
      }
      appendFileSync(path, line);
      size += Buffer.byteLength(line);
    } catch {
      // A log that can't be written must not stop what it tells of.
    }
  };
}
