/** Who has to act: the author of the query, the owner of the data, the machine, or us. */
export type ErrorKind =
  | 'syntax'
  | 'semantic'
  | 'unsupported'
  | 'input'
  | 'source'
  | 'resource'
  | 'cancelled'
  | 'internal';

/** Offsets in UTF-16 units into the text that was sent; line and column count from 1. */
export interface Span {
  readonly start: number;
  readonly length: number;
  readonly line: number;
  readonly column: number;
}

export interface ErrorOptions {
  readonly span?: Span;
  readonly hints?: readonly string[];
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The one error class. `code` is stable and may be tested; the message may be reworded. */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly span: Span | undefined;
  readonly hints: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;

  constructor(kind: ErrorKind, code: string, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.code = code;
    // A copy: what was given may be found out only when it is read, and must cross threads as plain data.
    this.span = options.span && {
      start: options.span.start,
      length: options.span.length,
      line: options.span.line,
      column: options.span.column,
    };
    this.hints = options.hints ?? [];
    this.details = options.details ?? {};
  }

  static cancelled(what = 'The operation'): AppError {
    return new AppError('cancelled', 'cancelled', `${what} was cancelled.`);
  }
}

/** An AppError as plain data, for threads, processes and sockets. */
export interface WireError {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
  readonly span?: Span;
  readonly hints?: readonly string[];
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: string;
}

export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof Error && error.name === 'AbortError') return AppError.cancelled();
  const message = error instanceof Error ? error.message : String(error);
  return new AppError('internal', 'internal', message, { cause: error });
}

export function toWire(error: unknown): WireError {
  const e = asAppError(error);
  const cause = e.cause instanceof Error ? (e.cause.stack ?? e.cause.message) : undefined;
  return {
    kind: e.kind,
    code: e.code,
    message: e.message,
    ...(e.span ? { span: e.span } : {}),
    ...(e.hints.length > 0 ? { hints: e.hints } : {}),
    ...(Object.keys(e.details).length > 0 ? { details: e.details } : {}),
    ...(cause ? { cause } : {}),
  };
}

export function fromWire(wire: WireError): AppError {
  return new AppError(wire.kind, wire.code, wire.message, {
    ...(wire.span ? { span: wire.span } : {}),
    ...(wire.hints ? { hints: wire.hints } : {}),
    ...(wire.details ? { details: wire.details } : {}),
    ...(wire.cause ? { cause: wire.cause } : {}),
  });
}

/** What happened and what would work, in one line. */
export function messageOf(error: unknown): string {
  const { message, hints } = asAppError(error);
  return [message, ...hints].join(' ');
}

/** Line and column (from 1) of an offset. */
export function spanOf(text: string, start: number, length: number): Span {
  const before = text.slice(0, start);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let i = 0; i < before.length; i++) if (before.charCodeAt(i) === 10) line++;
  return { start, length, line, column: start - lineStart + 1 };
}
