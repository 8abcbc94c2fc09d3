import { AppError } from '../../../../common/errors/app-error.ts';
import type { InputFile } from '../../files/input-file.ts';
import { readText } from '../../files/text-stream.ts';
import type { Relation } from '../../relation.ts';
import { StageWriter } from '../../staging/stage-writer.ts';
import { type StagedFile, stagedRelation } from '../../staging/staged-relation.ts';
import type { FormatContext } from '../format.ts';
import { DIALECTS } from './dialects.ts';
import type { Shape } from './index.ts';
import { LONGEST_RECORD, RecordSplitter } from './record-splitter.ts';

/** Reads separated files leniently into stages, and says what had to be forgiven. */
export async function stageSeparated(
  shape: Shape,
  files: readonly InputFile[],
  context: FormatContext,
  strict: boolean,
): Promise<Relation> {
  const staged: StagedFile[] = [];
  const notes: string[] = [];
  for (const file of files) {
    const writer = await StageWriter.create(context.workFolder, shape.fields.length);
    try {
      notes.push(...(await stageFile(shape, file, writer, context, strict)));
    } finally {
      await writer.close();
    }
    staged.push({ file, path: writer.path, longestRow: writer.longestRow });
  }
  return stagedRelation(staged, shape.fields, notes);
}

interface Irregular {
  count: number;
  firstRow: number;
}

async function stageFile(
  shape: Shape,
  file: InputFile,
  writer: StageWriter,
  context: FormatContext,
  strict: boolean,
): Promise<string[]> {
  const width = shape.fields.length;
  const short: Irregular = { count: 0, firstRow: 0 };
  const long: Irregular = { count: 0, firstRow: 0 };
  let row = shape.header ? -1 : 0;
  let wrongBytesRow = 0;
  const text = readText(file, shape.encoding, {
    signal: context.signal,
    onBytes: context.onStaged,
  });
  const splitter = new RecordSplitter(DIALECTS[shape.format], (fields) => {
    row++;
    if (wrongBytesRow === 0 && text.replaced() > 0 && fields.some((f) => f.includes('\ufffd'))) {
      wrongBytesRow = Math.max(row, 1);
      if (strict)
        throw new AppError(
          'input',
          'wrong_encoding',
          `${file.name}, row ${wrongBytesRow}: bytes that are no ${shape.encoding}. Nothing was stored.`,
          { hints: ['Say the encoding of the file, or let such bytes be replaced.'] },
        );
    }
    if (row === 0) return;
    if (fields.length !== width) {
      const irregular = fields.length < width ? short : long;
      if (irregular.count++ === 0) irregular.firstRow = row;
      if (strict)
        throw new AppError(
          'input',
          'irregular_row',
          `${file.name}, row ${row}: ${fields.length} fields instead of ${width}. Nothing was stored.`,
        );
    }
    writer.add(
      row,
      fields.map((text) => (text === '' ? null : text)),
    );
  });
  for await (const piece of text.pieces) {
    splitter.push(piece);
    if (splitter.pendingLength > LONGEST_RECORD)
      throw new AppError(
        'input',
        'line_too_long',
        `${file.name}, row ${row + 1}: the record is longer than ${LONGEST_RECORD / 1_048_576} million characters, the most that can be read.`,
        { hints: ['A quote that never closes makes the rest of a file one record.'] },
      );
    if (writer.full) await writer.flush();
  }
  splitter.end();
  return [
    ...irregularNote(file, short, 'fewer', 'the missing ones are null'),
    ...irregularNote(file, long, 'more', 'the surplus was left out'),
    ...(text.replaced() > 0
      ? [
          `${file.name}: ${text.replaced()} byte sequences were no ${shape.encoding} and became U+FFFD (first: row ${wrongBytesRow})`,
        ]
      : []),
  ];
}

function irregularNote(
  file: InputFile,
  irregular: Irregular,
  word: string,
  consequence: string,
): string[] {
  return irregular.count === 0
    ? []
    : [
        `${file.name}: ${irregular.count} rows have ${word} fields than the others (first: row ${irregular.firstRow}); ${consequence}`,
      ];
}
