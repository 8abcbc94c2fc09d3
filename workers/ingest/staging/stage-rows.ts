import type { InputFile } from '../files/input-file.ts';
import type { FormatContext, LayoutField } from '../formats/format.ts';
import type { Relation } from '../relation.ts';
import { StageWriter } from './stage-writer.ts';
import { type StagedFile, stagedRelation } from './staged-relation.ts';

export type TextRow = readonly (string | null)[];

/** Reads files by a decoder that yields rows of texts, into stages. Memory stays at one batch of rows. */
export async function stageRows(
  files: readonly InputFile[],
  fields: readonly LayoutField[],
  decode: (file: InputFile) => AsyncIterable<Iterable<TextRow>>,
  context: FormatContext,
): Promise<Relation> {
  const staged: StagedFile[] = [];
  for (const file of files) {
    const writer = await StageWriter.create(context.workFolder, fields.length);
    try {
      let row = 0;
      for await (const batch of decode(file)) {
        context.signal?.throwIfAborted();
        for (const values of batch) {
          writer.add(++row, values);
          if (writer.full) await writer.flush();
        }
      }
    } finally {
      await writer.close();
    }
    staged.push({ file, path: writer.path, longestRow: writer.longestRow });
  }
  return stagedRelation(staged, fields, []);
}
