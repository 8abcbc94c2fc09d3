import { stat } from 'node:fs/promises';
import { type ExternalFiles, shownUri } from '../../../common/contract/external.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import { columnsOf, deltaFiles } from '../delta/delta-files.ts';
import { inspect } from '../inspect.ts';
import { type ExternalFile, listExternalFiles } from './list-files.ts';
import { type ExposeContext, placed } from './place-files.ts';

interface Request {
  readonly files: ExternalFiles;
  /** Where fetched files go. */
  readonly folder: string;
}

export interface DescribedFile {
  readonly name: string;
  /** '' for a file that is only in a store. */
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
  /** A datetime as ticks, but for Delta tables, whose texts are their own. */
  readonly partitions: Record<string, string>;
}

/** All files, or the first of them, with when they were written and the partition they are in. */
export async function describe(
  { files, folder, limit }: Request & { readonly limit?: number | undefined },
  context: ExposeContext,
): Promise<DescribedFile[]> {
  const found = files.delta
    ? (await openDelta(files, folder, context)).files
    : await listExternalFiles(files, [], { ...context, folder });
  return await Promise.all(found.slice(0, limit).map(describeFile));
}

async function describeFile(file: ExternalFile): Promise<DescribedFile> {
  const { name, path, bytes, values } = file;
  return {
    name,
    path,
    bytes,
    modifiedAt: file.modifiedAt ?? (await stat(path)).mtimeMs,
    partitions: Object.fromEntries(values),
  };
}

export interface InferredColumns {
  readonly columns: (Column & { transform?: string })[];
  /** Of a Delta table: those whose values stand in its log. */
  readonly partitionColumns: string[];
}

/** Columns of files that nobody has described: what a look before a load would find, or what a log says. */
export async function inferColumns(
  { files, folder, mode }: Request & { readonly mode: 'any' | 'last' | 'all' },
  context: ExposeContext,
): Promise<InferredColumns> {
  if (files.delta) {
    const { schema } = await openDelta(files, folder, context);
    return { columns: columnsOf(schema), partitionColumns: [...schema.partitionColumns] };
  }
  const listed = await listExternalFiles(files, [], { ...context, folder });
  const filled = listed.filter((file) => file.bytes > 0);
  const looked = await placed(await chosen(filled, mode), folder, context);
  if (looked.length === 0)
    throw new AppError(
      'source',
      'nothing_found',
      `There is no file with data in ${files.uris.map(shownUri).join(', ')}.`,
    );
  const { columns } = await inspect(
    {
      source: { paths: looked.map((f) => f.path), names: looked.map((f) => f.name) },
      options: {
        nestedLevels: 1,
        header: files.headers === 'all',
        ...(files.format ? { format: files.format } : {}),
      },
    },
    context,
  );
  return {
    columns: columns.map(({ name, type, transform }) => ({
      name,
      type: transform === undefined ? type : 'long',
      ...(transform === undefined ? {} : { transform }),
    })),
    partitionColumns: [],
  };
}

async function chosen(
  files: readonly ExternalFile[],
  mode: 'any' | 'last' | 'all',
): Promise<readonly ExternalFile[]> {
  if (mode !== 'last') return mode === 'all' ? files : files.slice(0, 1);
  const described = await Promise.all(files.map(describeFile));
  const latest = Math.max(...described.map((f) => f.modifiedAt));
  return files.filter((_, i) => described[i]?.modifiedAt === latest).slice(-1);
}

async function openDelta(files: ExternalFiles, folder: string, context: ExposeContext) {
  return await context.database.session((session) =>
    deltaFiles(files, [], { ...context, folder, session }),
  );
}
