import type { ExportFormat } from '../../../common/contract/query.ts';
import type { Services } from '../../client/services.ts';
import type { ResultView } from './result-view.ts';

const COPY_NAMES = {
  tsv: 'tab-separated text',
  csv: 'CSV',
  html: 'an HTML table',
  markdown: 'a Markdown table',
  datatable: 'a datatable',
  json: 'JSON',
  ndjson: 'NDJSON',
} as const satisfies Partial<Record<ExportFormat, string>>;
export type CopyFormat = keyof typeof COPY_NAMES;

async function writeClipboard(text: string, html?: string): Promise<void> {
  if (html === undefined) await navigator.clipboard.writeText(text);
  else
    await navigator.clipboard.write([
      new ClipboardItem({
        'text/html': new Blob([html], { type: 'text/html' }),
        'text/plain': new Blob([text], { type: 'text/plain' }),
      }),
    ]);
}

/** Copies the selected cells, or with `everything` the whole view. A single cell is copied whole and bare. */
export async function copySelection(
  services: Services,
  view: ResultView,
  format: CopyFormat,
  options: { headers: boolean; everything?: boolean },
): Promise<void> {
  try {
    const { shown } = view.getState();
    const area = options.everything ? { columns: shown.map((column) => column.name) } : view.area();
    const only = 'ranges' in area ? singleCell(area.ranges, area.columns) : undefined;
    if (only && format === 'tsv' && !options.headers) {
      const cell = await services.host.call('query.cell', { ...view.address(), ...only });
      await writeClipboard(cell.isNull ? '' : cell.text);
      return;
    }
    const call = (as: CopyFormat) =>
      services.host.call('query.copy', {
        ...view.address(),
        format: as,
        headers: options.headers,
        ...area,
      });
    const { text, rows } = await call(format);
    if (format === 'html') await writeClipboard((await call('tsv')).text, text);
    else await writeClipboard(text);
    services.dialogs.notify({
      intent: 'success',
      title: `Copied ${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'} as ${COPY_NAMES[format]}`,
    });
  } catch (error) {
    services.dialogs.notify({
      intent: 'error',
      title: 'Nothing was copied',
      body: error instanceof Error ? error.message : String(error),
    });
  }
}

function singleCell(
  ranges: readonly { start: number; end: number }[],
  columns: readonly string[],
): { row: number; column: string } | undefined {
  const [range, further] = ranges;
  const [column, another] = columns;
  if (!range || further || another !== undefined || column === undefined) return undefined;
  return range.end - range.start === 1 ? { row: range.start, column } : undefined;
}
