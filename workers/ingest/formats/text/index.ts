import { AppError } from '../../../../common/errors/app-error.ts';
import type { Encoding, InputFile } from '../../files/input-file.ts';
import { sampleText, untilLastLine } from '../../files/sample.ts';
import { readText } from '../../files/text-stream.ts';
import { stageRows, type TextRow } from '../../staging/stage-rows.ts';
import type { Format, FormatContext, LayoutField } from '../format.ts';

const LONGEST_TEXT = 268_435_456;
const FIELD: LayoutField = { name: 'Line', type: 'string', path: '$.Line' };
const RAW_FIELD: LayoutField = { name: 'Content', type: 'string', path: '$.Content' };

/** TXT: one string per line, empty lines skipped. RAW: the whole file is one string. */
export const textFormat: Format = {
  names: ['txt', 'raw'],
  layout: async (file, format, options) => {
    const sample = await sampleText(file, options.encoding);
    const [head = ''] = sample.pieces;
    const field = format === 'raw' ? RAW_FIELD : FIELD;
    const lines =
      format === 'raw'
        ? [head.slice(0, 10_000)]
        : linesOf(sample.wholeFile ? head : untilLastLine(head));
    const bytesPerRow = Math.max(1, sample.sampledBytes / Math.max(1, lines.length));
    return {
      file,
      format,
      header: false,
      encoding: sample.encoding,
      fields: [field],
      positional: true,
      rows: lines.slice(0, 1000).map((line) => [line]),
      wholeFile: sample.wholeFile,
      estimatedRows: format === 'raw' ? 1 : Math.ceil(sample.totalBytes / bytesPerRow),
      bytesPerRow: format === 'raw' ? sample.totalBytes : bytesPerRow,
      notes: head === '' ? [`${file.name} is empty`] : [],
      likeness: JSON.stringify([format, sample.encoding]),
      open: (files, _, context) =>
        stageRows(
          files,
          [field],
          (f) =>
            format === 'raw'
              ? wholeText(f, sample.encoding, context)
              : lineRows(f, sample.encoding, context),
          context,
        ),
    };
  },
};

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '');
}

async function* lineRows(
  file: InputFile,
  encoding: Encoding,
  context: FormatContext,
): AsyncGenerator<TextRow[]> {
  let pending: string[] = [];
  let length = 0;
  const { pieces } = readText(file, encoding, {
    signal: context.signal,
    onBytes: context.onStaged,
  });
  for await (const piece of pieces) {
    const lastEnd = piece.lastIndexOf('\n');
    pending.push(lastEnd < 0 ? piece : piece.slice(0, lastEnd + 1));
    length += piece.length;
    if (lastEnd < 0) {
      if (length > LONGEST_TEXT) throw tooLong(file);
      continue;
    }
    yield linesOf(pending.join('')).map((line) => [line]);
    pending = [piece.slice(lastEnd + 1)];
    length = pending[0]?.length ?? 0;
  }
  yield linesOf(pending.join('')).map((line) => [line]);
}

async function* wholeText(
  file: InputFile,
  encoding: Encoding,
  context: FormatContext,
): AsyncGenerator<TextRow[]> {
  const pieces: string[] = [];
  let length = 0;
  const text = readText(file, encoding, { signal: context.signal, onBytes: context.onStaged });
  for await (const piece of text.pieces) {
    pieces.push(piece);
    length += piece.length;
    if (length > LONGEST_TEXT) throw tooLong(file);
  }
  yield length === 0 ? [] : [[pieces.join('')]];
}

function tooLong(file: InputFile): AppError {
  return new AppError(
    'input',
    'line_too_long',
    `${file.name} has a text longer than ${LONGEST_TEXT / 1_048_576} million characters, the most that one value can hold.`,
  );
}
