import { createStore } from 'zustand/vanilla';
import type { ExportFormat } from '../../../common/contract/query.ts';
import { asAppError } from '../../../common/errors/app-error.ts';
import type { Services } from '../../client/services.ts';
import { titleForFile } from './result-title.ts';
import type { ResultView } from './result-view.ts';

export const EXPORT_FORMATS = {
  csv: { label: 'CSV', extension: 'csv' },
  tsv: { label: 'TSV', extension: 'tsv' },
  json: { label: 'JSON', extension: 'json' },
  ndjson: { label: 'NDJSON', extension: 'ndjson' },
  xlsx: { label: 'Excel workbook', extension: 'xlsx' },
  parquet: { label: 'Parquet', extension: 'parquet' },
  arrow: { label: 'Arrow IPC', extension: 'arrow' },
  markdown: { label: 'Markdown table', extension: 'md' },
} as const satisfies Partial<Record<ExportFormat, { label: string; extension: string }>>;
export type FileFormat = keyof typeof EXPORT_FORMATS;
export const FILE_FORMATS = Object.keys(EXPORT_FORMATS) as FileFormat[];

export interface RunningExport {
  readonly id: number;
  readonly title: string;
  readonly rows: number;
  readonly total: number;
  readonly cancel: () => void;
}

/** Exports under way, oldest first. */
export const runningExports = createStore<{ readonly list: readonly RunningExport[] }>(() => ({
  list: [],
}));

let nextId = 1;

/** Writes the view, or the selected part of it, to a file that the person chooses or downloads. */
export async function exportResult(
  services: Services,
  view: ResultView,
  format: FileFormat,
  onlySelection = false,
): Promise<void> {
  const { label, extension } = EXPORT_FORMATS[format];
  const { result, shown } = view.getState();
  const name = titleForFile(services, result).replace(/[\\/:*?"<>|\s]+/g, '_') || 'result';
  const target = await services.shell.saveFile({
    title: `Export as ${label}`,
    suggestedName: `${name}.${extension}`,
    filters: [{ name: label, extensions: [extension] }],
  });
  if (!target) return;
  const id = nextId++;
  const controller = new AbortController();
  const update = (change: Partial<RunningExport>): void =>
    runningExports.setState((s) => ({
      list: s.list.map((item) => (item.id === id ? { ...item, ...change } : item)),
    }));
  runningExports.setState((s) => ({
    list: [
      ...s.list,
      { id, title: `${name}.${extension}`, rows: 0, total: -1, cancel: () => controller.abort() },
    ],
  }));
  try {
    const written = await services.host.call(
      'query.export',
      {
        ...view.address(),
        format,
        name,
        columns: shown.map((column) => column.name),
        ...(onlySelection ? view.area() : {}),
        ...(target.path === undefined ? {} : { path: target.path }),
      },
      { signal: controller.signal, onEvent: (event) => update(event) },
    );
    if (written.url !== undefined)
      services.shell.download({
        name: `${name}.${extension}`,
        url: services.host.url(written.url),
      });
    services.dialogs.notify({
      intent: 'success',
      title: `Exported ${written.rows.toLocaleString('en-US')} rows`,
      body: target.path ?? `${name}.${extension}`,
    });
  } catch (error) {
    const { kind, message } = asAppError(error);
    if (kind !== 'cancelled')
      services.dialogs.notify({ intent: 'error', title: 'The export failed', body: message });
  } finally {
    runningExports.setState((s) => ({ list: s.list.filter((item) => item.id !== id) }));
  }
}
