import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../common/errors/app-error.ts';
import type { ListPage, OpenPlace, StoredFile } from '../storage/place.ts';
import type { Mirrors } from './mirrored-place.ts';

const storedFile = z.object({
  key: z.string(),
  bytes: z.number(),
  etag: z.string(),
  modifiedAt: z.number(),
  md5: z.string().optional(),
});
const listPage = z.object({
  prefixes: z.array(z.string()),
  files: z.array(storedFile),
  next: z.string().optional(),
});
const remembered = z.object({ at: z.number(), answer: z.union([listPage, storedFile, z.null()]) });

export interface Memory {
  readonly folder: string;
  /** What happens when the store can't be reached: an error that says how old the last answer is, or that answer. */
  readonly offline: 'error' | 'cached';
  /** What is kept current here. */
  readonly mirrors?: Mirrors | undefined;
}

/** A store whose listings are remembered for the time when it can't be reached. */
export function rememberedPlace(place: OpenPlace, { folder, offline }: Memory): OpenPlace {
  const asked = async <T extends ListPage | StoredFile | undefined>(
    question: unknown,
    ask: () => Promise<T>,
    parse: (answer: unknown) => T,
  ): Promise<T> => {
    const hash = createHash('sha256').update(JSON.stringify([place.shown(''), question]));
    const path = join(folder, `${hash.digest('hex').slice(0, 40)}.answer`);
    try {
      const answer = await ask();
      await remember(folder, path, answer ?? null);
      return answer;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'storage_unreachable') throw error;
      const last = await recall(path);
      if (last && offline === 'cached') return parse(last.answer ?? undefined);
      throw withAge(error, last?.at);
    }
  };
  return {
    shown: (key) => place.shown(key),
    containers: (next, signal) => place.containers(next, signal),
    list: (request, signal) =>
      asked(
        ['list', request],
        () => place.list(request, signal),
        (answer): ListPage => {
          const { next, ...page } = listPage.parse(answer);
          return { ...page, files: page.files.map(plain), ...(next === undefined ? {} : { next }) };
        },
      ),
    stat: (key, signal) =>
      asked(
        ['stat', key],
        () => place.stat(key, signal),
        (answer) => (answer === undefined ? undefined : plain(storedFile.parse(answer))),
      ),
    read: (key, request, signal) => place.read(key, request, signal),
  };
}

function plain({ md5, ...file }: z.infer<typeof storedFile>): StoredFile {
  return md5 === undefined ? file : { ...file, md5 };
}

async function remember(folder: string, path: string, answer: unknown): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, JSON.stringify({ at: Date.now(), answer }));
  await rename(temporary, path);
}

async function recall(path: string): Promise<z.infer<typeof remembered> | undefined> {
  try {
    return remembered.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function withAge(error: AppError, at: number | undefined): AppError {
  const known =
    at === undefined
      ? 'Nothing of it was seen before.'
      : `What is known of it is ${age(Date.now() - at)} old (${new Date(at).toISOString()}).`;
  const { kind, code, message, cause } = error;
  return new AppError(kind, code, `${message} ${known}`, {
    cause,
    hints:
      at === undefined
        ? []
        : [`An external table with (whenOffline='cached') answers with what is known then.`],
  });
}

function age(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
