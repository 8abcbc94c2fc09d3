import { z } from 'zod';
import { AppError } from '../../../common/errors/app-error.ts';

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
