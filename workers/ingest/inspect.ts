import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Inspection, MappedColumn, ReadOptions } from '../../common/contract/ingest.ts';
import { AppError } from '../../common/errors/app-error.ts';
import { DUCKDB_TYPE } from '../../common/types/duckdb-type.ts';
import type { KqlType } from '../../common/types/kql-type.ts';
import { formatDatetime, formatTimespan } from '../../common/types/ticks.ts';
import { deltaFolder, inspectDelta } from './delta/load-delta.ts';
import { baseName } from './files/input-file.ts';
import type { FormatContext, Layout } from './formats/format.ts';
import { type LoadContext, WIDE } from './load.ts';
import { planLoad } from './load-plan.ts';
import { lookAt } from './look.ts';
import { columnSql, type PlannedColumn } from './mapping.ts';
import { withPathColumns } from './path-columns.ts';
import { type LocalSource, openFiles } from './sources/open-files.ts';
import { stageRows } from './staging/stage-rows.ts';

export interface InspectRequest {
  readonly source: LocalSource;
  readonly options: ReadOptions;
  readonly columns?: readonly MappedColumn[] | undefined;
}

const PREVIEW_ROWS = 100;

/** Looks at files without loading them: format, columns, and the first rows as the load would make them. */
export async function inspect(request: InspectRequest, context: LoadContext): Promise<Inspection> {
  await mkdir(context.temporaryFolder, { recursive: true });
  const delta = await deltaFolder(request.source);
  if (delta)
    return {
      ...(await inspectDelta(delta, request.columns, context)),
      suggestedTable: tableName(baseName(delta)),
    };
  const workFolder = await mkdtemp(join(context.temporaryFolder, 'inspect-'));
  try {
    return await context.database.session(async (session) => {
      const files = await openFiles(request.source, workFolder, context.signal);
      const format: FormatContext = { session, workFolder, signal: context.signal };
      const { layouts: looked, notes } = await lookAt(files, request.options, format);
      const layouts = withPathColumns(looked, request.source.paths);
      const [first] = layouts;
      if (first === undefined)
        throw new AppError('input', 'no_data', 'There is no file to look at.');
      const plan = planLoad(layouts, request.columns, undefined);
      return {
        files: layouts.map((l) => ({
          name: l.file.name,
          bytes: l.file.bytes,
          format: l.format,
          compression: l.file.container,
        })),
        format: first.format,
        header: first.header,
        encoding: first.encoding,
        columns: plan.columns.map(({ shape: _, ...column }) => column),
        preview: await preview(first, plan.columns, format),
        rowsExamined: layouts.reduce((sum, l) => sum + l.rows.length, 0),
        notes: [...notes, ...plan.notes],
        suggestedTable: tableName(baseName(first.file.name)),
      };
    });
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

async function preview(
  layout: Layout,
  columns: readonly PlannedColumn[],
  context: FormatContext,
): Promise<(string | null)[][]> {
  if (columns.length === 0 || layout.rows.length === 0) return [];
  const rows = layout.rows.slice(0, PREVIEW_ROWS);
  const relation = await stageRows([layout.file], layout.fields, () => once(rows), context);
  const list = columns.map((c) => {
    const { value } = columnSql(c, relation, 'null', columns);
    return DUCKDB_TYPE[c.type] === 'VARCHAR' ? value : `CAST(${value} AS VARCHAR)`;
  });
  const { session, signal } = context;
  const select = (): Promise<unknown[][]> =>
    session.rows(`SELECT ${list.join(', ')} FROM ${relation.from} ORDER BY ${relation.rowNumber}`, {
      signal,
    });
  const found = await (columns.length > WIDE
    ? session.withoutSubexpressionSearch(select)
    : select());
  return found.map((row) => row.map((value, i) => cellText(value, columns[i]?.type ?? 'string')));
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

function cellText(value: unknown, type: KqlType): string | null {
  if (value === null || value === undefined) return null;
  const text = String(value);
  if (type === 'datetime') return formatDatetime(BigInt(text));
  if (type === 'timespan') return formatTimespan(BigInt(text));
  return text;
}

function tableName(name: string): string {
  const clean = name.replace(/[^\p{L}\p{N}_]+/gu, '_').replace(/^_+|_+$/g, '');
  return clean === '' ? 'Table1' : /^\p{N}/u.test(clean) ? `T_${clean}` : clean;
}
