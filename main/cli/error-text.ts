import type { AppError } from '../../common/errors/app-error.ts';

/** `error 2:7: message`, the line underlined at its place if the text is known, then the hints. */
export function errorText(error: AppError, text?: string): string {
  const { span } = error;
  const place = span ? ` ${span.line}:${span.column}` : '';
  const lines = [`error${place}: ${error.message}`];
  const source = span && text !== undefined ? text.split(/\r?\n/)[span.line - 1] : undefined;
  if (span && source !== undefined) {
    // Tabs stay tabs, so that the mark stands under its text at every tab width.
    const indent = source.slice(0, span.column - 1).replace(/[^\t]/g, ' ');
    const length = Math.min(span.length, source.length - span.column + 1);
    lines.push(`  ${source}`, `  ${indent}${'^'.repeat(Math.max(1, length))}`);
  }
  for (const hint of error.hints) lines.push(`  ${hint}`);
  return `${lines.join('\n')}\n`;
}
