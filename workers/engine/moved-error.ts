import { AppError, spanOf } from '../../common/errors/app-error.ts';

/**
 * The error at its place in the text that the user wrote. `part` was compiled behind `head` characters of our
 * own; `whole` is the text whose end `part` is.
 */
export function movedError(
  error: unknown,
  head: number,
  part: string,
  whole: string | undefined,
): unknown {
  if (!(error instanceof AppError) || !error.span) return error;
  const inside = whole?.endsWith(part) === true;
  const offset = inside ? whole.length - part.length : 0;
  const start = Math.max(0, error.span.start - head) + offset;
  return new AppError(error.kind, error.code, error.message, {
    span: spanOf(inside ? whole : part, start, error.span.length),
    hints: error.hints,
    cause: error.cause,
  });
}
