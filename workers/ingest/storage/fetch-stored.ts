import { basename, join } from 'node:path';
import type { StoredSource } from '../../../common/contract/storage-place.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { globMatcher } from '../../../common/text/glob.ts';
import type { FoundFile } from '../sources/expand.ts';
import { download } from './download.ts';
import { openPlace } from './open-place.ts';
import { listAll, type OpenPlace, type StoredFile } from './place.ts';
import { missing } from './storage-error.ts';

/** Downloads at a time. */
const PARALLEL = 8;
const IN_GLOB = /[*?[{]/;

/** Fetches files of stores into `folder`, whole, in the order of what was named and then of their keys. */
export async function fetchStored(
  sources: readonly StoredSource[],
  folder: string,
  signal?: AbortSignal,
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const [i, { place: where, secret, keys }] of sources.entries()) {
    const place = await openPlace(where, secret);
    const files: StoredFile[] = [];
    for (const key of keys) files.push(...(await filesAt(place, key, signal)));
    const paths = new Map(
      files.map((file, n) => [file.key, join(folder, `${i}-${n}`, safeName(file.key))]),
    );
    // A file may have been overwritten since it was listed.
    const sizes = new Map<string, number>();
    let failure: AppError | undefined;
    await download(place, {
      files: files.map(({ modifiedAt: _, ...file }) => ({
        ...file,
        path: paths.get(file.key) ?? '',
      })),
      parts: join(folder, 'parts'),
      parallel: PARALLEL,
      signal,
      emit: (event) => {
        if (event.kind === 'missing') failure ??= missing(place.shown(event.key));
        else if (event.kind === 'failed')
          failure ??= new AppError('source', 'fetch_failed', event.message);
        else if (event.kind === 'done') sizes.set(event.file.key, event.file.bytes);
      },
    });
    if (failure) throw failure;
    for (const { key, bytes } of files)
      found.push({
        name: place.shown(key),
        path: paths.get(key) ?? '',
        bytes: sizes.get(key) ?? bytes,
      });
  }
  return found;
}

/** One file, all below a prefix that ends with `/`, or what fits a glob. Nothing found is an error. */
async function filesAt(
  place: OpenPlace,
  key: string,
  signal: AbortSignal | undefined,
): Promise<StoredFile[]> {
  const isPrefix = key === '' || key.endsWith('/');
  const single = isPrefix ? undefined : await place.stat(key, signal);
  if (single) return [single];
  const glob = !isPrefix && IN_GLOB.test(key);
  const prefix = isPrefix ? key : glob ? key.slice(0, key.search(IN_GLOB)) : `${key}/`;
  const fits = glob ? globMatcher(key.includes('/') ? key : `/${key}`) : () => true;
  const files: StoredFile[] = [];
  for await (const page of listAll(place, prefix, signal))
    files.push(...page.filter((file) => fits(key.includes('/') ? file.key : `/${file.key}`)));
  if (files.length === 0) throw missing(place.shown(key));
  return files;
}

/** The ending tells the format. */
const safeName = (key: string): string =>
  basename(key)
    .replace(/[^\p{L}\p{N}._-]/gu, '_')
    .slice(-100) || 'file';
