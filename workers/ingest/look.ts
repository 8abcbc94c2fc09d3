import type { ReadOptions } from '../../common/contract/ingest.ts';
import { AppError } from '../../common/errors/app-error.ts';
import type { InputFile } from './files/input-file.ts';
import { detectFormat } from './formats/detect.ts';
import type { FormatContext, Layout } from './formats/format.ts';
import { formatOf } from './formats/index.ts';

export interface Looked {
  readonly layouts: readonly Layout[];
  readonly notes: readonly string[];
}

/** Finds format and layout of every file. A wanted format is taken at its word. */
export async function lookAt(
  files: readonly InputFile[],
  options: ReadOptions,
  context: FormatContext,
): Promise<Looked> {
  const layouts: Layout[] = [];
  const notes: string[] = [];
  for (const file of files) {
    if (context.signal?.aborted) throw AppError.cancelled();
    const detected =
      options.format === undefined ? await detectFormat(file) : { format: options.format };
    if (detected.note !== undefined) notes.push(detected.note);
    const layout = await formatOf(detected.format).layout(file, detected.format, options, context);
    layouts.push(layout);
    notes.push(...layout.notes);
  }
  return { layouts, notes };
}

/** Layouts that one reader can read together. */
export function groupAlike(layouts: readonly Layout[]): (readonly Layout[])[] {
  return [...Map.groupBy(layouts, (layout) => layout.likeness).values()];
}
