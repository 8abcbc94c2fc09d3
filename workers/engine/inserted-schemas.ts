import { AppError, spanOf } from '../../common/errors/app-error.ts';

/** A schema that was put into a text, by offset. */
export interface Insertion {
  readonly at: number;
  readonly length: number;
}

/** An error's place in the text that the person wrote, without the schemas that were put in. */
export function inOriginalText(
  error: unknown,
  text: string,
  inserted: readonly Insertion[],
): unknown {
  if (!(error instanceof AppError) || !error.span || inserted.length === 0) return error;
  // The latest insertion counts in the text that already holds the others.
  const start = inserted.reduceRight(
    (at, i) => (at >= i.at + i.length ? at - i.length : Math.min(at, i.at)),
    error.span.start,
  );
  return new AppError(error.kind, error.code, error.message, {
    span: spanOf(text, start, error.span.length),
    hints: error.hints,
    details: error.details,
    cause: error.cause,
  });
}
