import { z } from 'zod';
import { AppError } from '../../../common/errors/app-error.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import type { HostContext } from '../context.ts';

/** The list in a `tags` or `ingestIfNotExists` property: JSON text (page "Extents", tagging). */
export function extentTags(json: string | undefined): readonly string[] {
  if (json === undefined) return [];
  try {
    return z.array(z.string()).parse(JSON.parse(json));
  } catch (cause) {
    throw new AppError('input', 'bad_tags', 'Tags are a JSON list of texts.', {
      hints: [`For instance: tags='["a","b"]'`],
      cause,
    });
  }
}

/** An `ingest-by:` tag that is there already means that this was done before (`ingestIfNotExists`, JSON text). */
export function isIngestedAlready(
  { schema }: HostContext,
  table: TableRow,
  json: string | undefined,
): boolean {
  const wanted = extentTags(json).map((tag) => `ingest-by:${tag}`);
  if (wanted.length === 0) return false;
  return schema.extentsOf(table).some((e) => e.tags.some((tag) => wanted.includes(tag)));
}
