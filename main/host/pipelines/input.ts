import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { PipelineDefinition } from '../../../common/contract/pipelines.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { nameReference, stringLiteral } from '../../../common/text/kql-literal.ts';
import type { PipelineRow } from '../catalog/pipelines-store.ts';
import type { SourcePosition } from '../catalog/positions-store.ts';
import type { HostContext } from '../context.ts';
import { type Batch, followTables, openBatch } from './batch.ts';

/** Files that one batch takes. */
const MOST_FILES = 500;

const chosenFile = z.object({ path: z.string(), mark: z.string() });
const ownState = z.object({ files: z.array(chosenFile).default([]) });

/** What a batch reads, and how. */
export interface Input {
  readonly batch: Batch;
  readonly text: string;
  /** To be kept with what is made of it. */
  readonly positions: readonly SourcePosition[];
  /** Whether another batch may follow in the same run. */
  readonly more: boolean;
}

/** The name under which the files that a pipeline has read are kept. */
export const filesOf = (key: string): string => `pipeline:${key}`;

/** Tables whose rows are read once; none for a destination that is made anew each time. */
export function tablesReadOnce({ source, destination }: PipelineDefinition): readonly string[] {
  if ('mode' in destination && destination.mode === 'replace') return [];
  if (source.kind === 'table') return [source.table];
  return source.kind === 'query' ? source.over : [];
}

function piped(text: string, transform: string): string {
  const operators = transform.replace(/^\s*\|/, '').trim();
  return operators === '' ? text : `${text}\n| ${operators}`;
}

/** The query of a pipeline that reads tables. */
export function queryText({ source, transform }: PipelineDefinition): string {
  if (source.kind === 'table') return piped(nameReference(source.table), transform);
  if (source.kind === 'query') return piped(source.query.replace(/[\s;]+$/, ''), transform);
  throw new AppError('internal', 'no_query', 'Files have no query of their own.');
}

/** The next batch; undefined if there is nothing to read. */
export async function nextInput(
  host: HostContext,
  entry: PipelineRow,
  definition: PipelineDefinition,
  signal: AbortSignal,
): Promise<Input | undefined> {
  if (definition.source.kind === 'files') return nextFiles(host, entry, definition, signal);
  const once = tablesReadOnce(definition);
  if (once.length === 0)
    return { ...wholeBatch(host, entry), text: queryText(definition), positions: [], more: false };
  followTables(host, entry, once);
  const batch = openBatch(host, entry, definition.delaySeconds);
  return batch && { batch, text: queryText(definition), positions: [], more: true };
}

/** A batch that reads all there is. */
function wholeBatch(host: HostContext, { id, state }: PipelineRow): { readonly batch: Batch } {
  const now = host.catalog.pipelines.byId(id)?.state ?? state;
  host.catalog.pipelines.patchState(id, { openBatch: true });
  return { batch: { number: now.lastBatch + 1, scope: new Map(), extents: 0, newest: 0n } };
}

async function nextFiles(
  host: HostContext,
  entry: PipelineRow,
  definition: PipelineDefinition,
  signal: AbortSignal,
): Promise<Input | undefined> {
  const { source, destination, transform } = definition;
  if (source.kind !== 'files') return undefined;
  const state = host.catalog.pipelines.byId(entry.id)?.state ?? entry.state;
  const again = 'mode' in destination && destination.mode === 'replace';
  const files = {
    uris: [...source.paths],
    headers: 'none' as const,
    columns: [],
    partitions: [],
    pathFormat: [],
    ...(source.format ? { format: source.format } : {}),
  };
  const listed = (await host.external.list(files, signal)).filter((file) => file.bytes > 0);
  const marked = listed.map(({ path, bytes, modifiedAt }) => ({
    path,
    mark: `${bytes}:${modifiedAt}`,
  }));
  const positions = host.catalog.positions.ofSource(filesOf(state.key));
  const read = new Map(positions.map(({ part, position }) => [part, position]));
  const fresh = again ? marked : marked.filter(({ path, mark }) => read.get(path) !== mark);
  const open = state.openBatch ? openFiles(state) : [];
  const most = again ? fresh.length : MOST_FILES;
  // Nothing of an open batch has arrived: if a file of it is gone or has changed, it is another one.
  const same = open.length > 0 && open.every((file) => marked.some((m) => isEqual(m, file)));
  const chosen = same ? open : fresh.slice(0, most);
  if (chosen.length === 0) return undefined;
  host.catalog.pipelines.patchState(entry.id, { openBatch: true, own: { files: chosen } });
  const uris = chosen.map(({ path }) => path);
  const { columns, format } = await lookAt(host, uris, source.format, signal);
  const schema = columns.map((c) => `${nameReference(c.name)}: ${c.type}`).join(', ');
  const header = format === 'csv' || format === 'tsv' ? ', ignoreFirstRecord=true' : '';
  const text = `externaldata (${schema}) [${uris.map(stringLiteral).join(', ')}] with (format="${format}"${header})`;
  return {
    batch: { number: state.lastBatch + 1, scope: new Map(), extents: 0, newest: 0n },
    text: piped(text, transform),
    positions: positionsOf(state.key, chosen),
    more: !again && fresh.length > chosen.length,
  };
}

type ChosenFile = z.infer<typeof chosenFile>;

const isEqual = (a: ChosenFile, b: ChosenFile): boolean => a.path === b.path && a.mark === b.mark;

/** The files of a batch that is open. */
export const openFiles = ({ own }: PipelineRow['state']): readonly ChosenFile[] =>
  ownState.parse(own ?? {}).files;

export function positionsOf(key: string, files: readonly ChosenFile[]): SourcePosition[] {
  return files.map(({ path, mark }) => ({ source: filesOf(key), part: path, position: mark }));
}

async function lookAt(
  host: HostContext,
  paths: readonly string[],
  format: Extract<PipelineDefinition['source'], { kind: 'files' }>['format'],
  signal: AbortSignal,
) {
  return host.ingestWorker.call(
    'ingest.inspect',
    {
      source: { paths: [...paths], names: [...paths] },
      options: { nestedLevels: 1, ...(format ? { format } : {}) },
    },
    { signal },
  );
}

export const newToken = (): string => randomUUID().replaceAll('-', '');
