import { AppError } from '../../../../common/errors/app-error.ts';
import type { Encoding, InputFile } from '../../files/input-file.ts';
import { readText } from '../../files/text-stream.ts';
import type { PlainCopy } from '../../staging/plain-copy.ts';
import { createCopy } from '../../staging/plain-copy.ts';
import type { FormatContext } from '../format.ts';

/** Copies the lines of a file that are JSON objects. The others are counted; the first one is named. */
export async function validLines(
  file: InputFile,
  encoding: Encoding,
  context: FormatContext,
  strict: boolean,
): Promise<PlainCopy> {
  const text = readText(file, encoding, { signal: context.signal, onBytes: context.onStaged });
  const bad = { count: 0, line: 0, reason: '' };
  const copy = await createCopy(
    file,
    context,
    goodLines(text.pieces, bad, strict ? file.name : undefined),
  );
  const notes = [
    ...(bad.count > 0
      ? [
          `${bad.count} lines are no JSON objects and were left out (first: line ${bad.line}, ${bad.reason})`,
        ]
      : []),
    ...(text.replaced() > 0
      ? [`${text.replaced()} byte sequences were no ${encoding} and became U+FFFD`]
      : []),
  ];
  return notes.length === 0 ? copy : { ...copy, note: `${file.name}: ${notes.join('; ')}` };
}

async function* goodLines(
  pieces: AsyncIterable<string>,
  bad: { count: number; line: number; reason: string },
  strictFor: string | undefined,
): AsyncGenerator<string> {
  let pending = '';
  let line = 0;
  const check = (text: string): string => {
    line++;
    const trimmed = text.trim();
    if (trimmed === '') return '';
    const reason = problemOf(trimmed);
    if (reason === undefined) return `${trimmed}\n`;
    if (strictFor !== undefined)
      throw new AppError(
        'input',
        'bad_line',
        `${strictFor}, line ${line}: ${reason}. Nothing was stored.`,
      );
    if (bad.count++ === 0) Object.assign(bad, { line, reason });
    return '';
  };
  for await (const piece of pieces) {
    const lines = (pending + piece).split('\n');
    pending = lines.pop() ?? '';
    yield lines.map(check).join('');
  }
  yield check(pending);
}

function problemOf(line: string): string | undefined {
  try {
    JSON.parse(line);
    return line.startsWith('{') ? undefined : 'not an object';
  } catch (error) {
    return (error as Error).message;
  }
}
