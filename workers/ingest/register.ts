import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadOptions } from '../../common/contract/ingest.ts';
import type { Extent, TableSnapshot } from '../../common/contract/store.ts';
import { AppError } from '../../common/errors/app-error.ts';
import { ticksOfUnixMillis } from '../../common/types/ticks.ts';
import { deltaFolder } from './delta/load-delta.ts';
import type { FormatContext } from './formats/format.ts';
import type { LoadContext } from './load.ts';
import { inferredColumns } from './load-plan.ts';
import { lookAt } from './look.ts';
import { withPathColumns } from './path-columns.ts';
import { type LocalSource, openFiles } from './sources/open-files.ts';

export interface RegisterRequest {
  readonly source: LocalSource;
  readonly options: ReadOptions;
}

export interface Registered {
  readonly columns: TableSnapshot['columns'];
  readonly extents: Extent[];
}

/**
 * Makes extents of Parquet, CSV and JSON files where they are. A sample says the types and nothing is read whole;
 * the row count of a text file is a guess. Cells of text files that don't fit read as null.
 */
export async function register(
  request: RegisterRequest,
  context: LoadContext,
): Promise<Registered> {
  await mkdir(context.temporaryFolder, { recursive: true });
  if (await deltaFolder(request.source))
    throw new AppError(
      'unsupported',
      'not_in_place',
      'A Delta table is queried in place as an external table (kind=delta) only.',
      { hints: ['Load it into a table instead.'] },
    );
  const workFolder = await mkdtemp(join(context.temporaryFolder, 'register-'));
  try {
    return await context.database.session(async (session) => {
      const files = await openFiles(request.source, workFolder, context.signal);
      const format: FormatContext = { session, workFolder, signal: context.signal };
      const looked = await lookAt(files, request.options, format);
      const layouts = withPathColumns(looked.layouts, request.source.paths);
      const planned = inferredColumns(layouts);
      const ingestedAt = ticksOfUnixMillis(Date.now()).toString();
      const extents: Extent[] = [];
      for (const layout of layouts) {
        if (layout.inPlace === undefined || layout.file.container === 'zip')
          throw new AppError(
            'unsupported',
            'not_in_place',
            `${layout.file.name} cannot be queried in place: its form (${layout.format}, ${layout.file.container === 'none' ? layout.encoding : layout.file.container}) has to be converted.`,
            {
              hints: ['Load it into a table instead.'],
            },
          );
        const place = await layout.inPlace(format);
        extents.push({
          extentId: randomUUID(),
          path: layout.file.path,
          reader: place.reader,
          rowCount: place.rowCount < 0 ? layout.estimatedRows : place.rowCount,
          sizeBytes: layout.file.bytes,
          columns: place.columns.map((c) => ({ ...c })),
          ranges: [],
          ingestedAt,
          tags: [],
        });
      }
      const columns = planned.map((c) => ({
        name: c.name,
        type: c.transform === undefined ? c.type : ('long' as const),
      }));
      return { columns, extents };
    });
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}
