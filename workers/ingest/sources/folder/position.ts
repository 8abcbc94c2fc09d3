import { z } from 'zod';

/** What was taken in of a path. */
const folderPosition = z.object({
  bytes: z.number(),
  /** Milliseconds since 1970. */
  modifiedAt: z.number(),
  /** Hash of the first bytes. */
  head: z.string(),
  /** Why this version was set aside. */
  aside: z.string().optional(),
  /** ISO 8601, without the time. */
  day: z.string(),
});
export type FolderPosition = z.infer<typeof folderPosition>;

/** Says that the files which were there at the beginning have been seen. */
export const SEEN_PART = 'seen';

export const formatPosition = (position: FolderPosition): string => JSON.stringify(position);

export function parsePosition(text: string): FolderPosition | undefined {
  try {
    return folderPosition.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
