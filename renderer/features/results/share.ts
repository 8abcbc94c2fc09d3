import type { Services } from '../../client/services.ts';
import type { ResultView } from './result-view.ts';

const escapeHtml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Query and rows in one, as rich text for a mail and as Markdown for anything else. */
export function sharedText(
  query: string,
  database: string,
  rows: { readonly html: string; readonly markdown: string },
): { readonly html: string; readonly markdown: string } {
  return {
    html: `<p><small>${escapeHtml(database)}</small></p>\n<pre style="font-family:Consolas,Menlo,monospace">${escapeHtml(query)}</pre>\n${rows.html}`,
    markdown: `*${database}*\n\n\`\`\`kusto\n${query}\n\`\`\`\n\n${rows.markdown}`,
  };
}

/** Copies the query of the result in front together with all rows of its view. */
export async function copyQueryAndResults(services: Services, view: ResultView): Promise<void> {
  const run = services.session.activeRun();
  if (!run) return;
  const columns = view.getState().shown.map((column) => column.name);
  const rows = (format: 'html' | 'markdown') =>
    services.host
      .call('query.copy', { ...view.address(), format, headers: true, columns })
      .then((answer) => answer.text);
  const { html, markdown } = sharedText(run.text.trim(), run.database, {
    html: await rows('html'),
    markdown: await rows('markdown'),
  });
  await navigator.clipboard.write([
    new ClipboardItem({
      'text/html': new Blob([html], { type: 'text/html' }),
      'text/plain': new Blob([markdown], { type: 'text/plain' }),
    }),
  ]);
  services.dialogs.notify({ intent: 'success', title: 'Query and rows were copied' });
}
