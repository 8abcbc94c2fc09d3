import { z } from 'zod';

/** How far a file was read, and how it is found again. */
const filePosition = z.object({
  /** Bytes, of the unpacked text. */
  offset: z.number().int().min(0),
  /** Where it was last seen. */
  path: z.string(),
  /** `device:inode`; '' when no file has it any more. */
  inode: z.string(),
  encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'latin1']),
  head: z.object({ bytes: z.number(), hash: z.string() }),
  /** Names of the fields, as the last header line said. */
  fields: z.array(z.string()).optional(),
  /** Size of a compressed file that was read to its end. */
  finished: z.number().optional(),
  /** Day of the last change, ISO 8601. */
  day: z.string(),
});
export type FilePosition = z.infer<typeof filePosition>;

/** Says that the files which were there at the beginning have been seen; later ones are new. */
export const SEEN_PART = 'seen';

export const formatPosition = (position: FilePosition): string => JSON.stringify(position);

/** Undefined for what is no position of a file. */
export function parsePosition(text: string): FilePosition | undefined {
  try {
    return filePosition.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** `path#id`: the path that it was first seen under, and what tells it from others that had this path. */
export const partOf = (path: string, id: string): string => `${path}#${id}`;

export const pathOfPart = (part: string): string => part.slice(0, part.lastIndexOf('#'));
