import { placeAddress } from '../../../common/text/place-address.ts';
import type { Syncs } from '../storage/syncs.ts';

interface Wanted {
  readonly key: string;
  /** Absent where a file of this name never changes. */
  readonly etag?: string | undefined;
  readonly bytes?: number | undefined;
}

/** The path of a sync's copy of each file, if it is of this version; '' for the others. */
export function mirrored(
  syncs: Pick<Syncs, 'entries'>,
  place: string,
  files: readonly Wanted[],
): string[] {
  const entries = syncs.entries().filter((e) => placeAddress(e.definition.place) === place);
  return files.map(({ key, etag, bytes }) => {
    for (const entry of entries) {
      const copy = entry.files.get(key);
      if (!copy || copy.mirrored === null) continue;
      if (etag === undefined ? copy.bytes !== bytes : copy.mirrored !== etag) continue;
      entry.put({ ...copy, usedAt: Date.now() });
      return entry.pathOf(copy);
    }
    return '';
  });
}
