import { AppError } from '../../../../common/errors/app-error.ts';
import type { Encoding, InputFile } from '../../files/input-file.ts';
import { sampleText } from '../../files/sample.ts';
import { readText } from '../../files/text-stream.ts';
import { inferColumn } from '../../infer/infer-column.ts';
import { formatJsonPath } from '../../json-path.ts';
import { stageRows, type TextRow } from '../../staging/stage-rows.ts';
import type { Format, FormatContext, LayoutField } from '../format.ts';
import { fieldsOfDirective, valuesOfLogLine } from './log-line.ts';

/**
 * W3C extended log files (https://www.w3.org/TR/WD-logfile.html). `#Fields` names the fields and may come
 * again with others; values are matched by name. `-` is no value; `+` stands for a space in free texts.
 */
export const w3cLogFormat: Format = {
  names: ['w3clogfile'],
  layout: async (file, _, options) => {
    const sample = await sampleText(file, options.encoding);
    const [head = ''] = sample.pieces;
    const lines = head.split(/\r?\n/);
    if (!sample.wholeFile) lines.pop();
    const names = fieldNamesOf(lines);
    if (names.length === 0)
      throw new AppError(
        'input',
        'no_fields',
        `${file.name} has no #Fields line, which names the columns of a W3C log.`,
      );
    const reader = new LogReader(names);
    const rows = lines.flatMap((line) => reader.read(line) ?? []);
    const fields = names.map(
      (name, i): LayoutField => ({
        ...inferColumn(
          name,
          rows.map((row) => row[i] ?? null),
        ),
        name,
        path: formatJsonPath([name]),
      }),
    );
    const bytesPerRow = Math.max(1, sample.sampledBytes / Math.max(1, rows.length));
    return {
      file,
      format: 'w3clogfile',
      header: true,
      encoding: sample.encoding,
      fields,
      positional: false,
      rows,
      wholeFile: sample.wholeFile,
      estimatedRows: Math.ceil(sample.totalBytes / bytesPerRow),
      bytesPerRow,
      notes: [],
      likeness: JSON.stringify(['w3c', names, sample.encoding]),
      open: (files, __, context) =>
        stageRows(files, fields, (f) => rowsOf(f, names, sample.encoding, context), context),
    };
  },
};

/** Names of all #Fields lines, in the order of their first appearance. */
function fieldNamesOf(lines: readonly string[]): string[] {
  const names = new Set<string>();
  for (const line of lines) for (const name of fieldsOfDirective(line) ?? []) names.add(name);
  return [...names];
}

class LogReader {
  readonly #names: readonly string[];
  #positions: readonly number[] = [];

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#positions = names.map((_, i) => i);
  }

  /** One row per line, in a list; undefined for directives and empty lines. */
  read(line: string): TextRow[] | undefined {
    if (line.startsWith('#')) {
      const fields = fieldsOfDirective(line);
      if (fields) this.#positions = fields.map((name) => this.#names.indexOf(name));
      return undefined;
    }
    if (line.trim() === '') return undefined;
    const row: (string | null)[] = this.#names.map(() => null);
    valuesOfLogLine(line).forEach((value, i) => {
      const position = this.#positions[i] ?? -1;
      if (position >= 0) row[position] = value;
    });
    return [row];
  }
}

async function* rowsOf(
  file: InputFile,
  names: readonly string[],
  encoding: Encoding,
  context: FormatContext,
): AsyncGenerator<TextRow[]> {
  const reader = new LogReader(names);
  let pending = '';
  const { pieces } = readText(file, encoding, {
    signal: context.signal,
    onBytes: context.onStaged,
  });
  for await (const piece of pieces) {
    const lines = (pending + piece).split('\n');
    pending = lines.pop() ?? '';
    yield lines.flatMap((line) => reader.read(line.replace(/\r$/, '')) ?? []);
  }
  yield reader.read(pending) ?? [];
}
