import { AppError } from '../../common/errors/app-error.ts';

/** DuckDB's errors in the house's kinds, once for store and ingestion. The original stays as the cause. */
export function translateError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const text = firstLines(message);
  if (/^INTERRUPT/i.test(message) || /Interrupted!/.test(message)) return AppError.cancelled();
  if (/No space left on device|not enough (disk )?space|disk full/i.test(message))
    return new AppError('resource', 'disk_full', 'The disk is full. Nothing was stored.', {
      hints: ['Free some space, or choose another data folder, and try again.'],
      cause: error,
    });
  if (/max_temp_directory_size|failed to offload/i.test(message))
    return new AppError('resource', 'spill_limit', `The engine ran out of spill space: ${text}`, {
      cause: error,
    });
  if (/^Out of Memory Error/i.test(message) || /bad allocation|std::bad_alloc/.test(message))
    return new AppError('resource', 'out_of_memory', `The engine ran out of memory: ${text}`, {
      cause: error,
    });
  if (/No files found that match|No such file or directory|Cannot open file/i.test(message))
    return new AppError('source', 'file_missing', `A file is not there any more: ${text}`, {
      cause: error,
    });
  if (/Permission denied/i.test(message))
    return new AppError('source', 'file_denied', `A file cannot be read: ${text}`, {
      cause: error,
    });
  if (
    /^(Conversion|Out of Range) Error|not a value of the type|JSON transform error.*Failed to cast/.test(
      message,
    )
  )
    return new AppError('input', 'bad_value', text, { cause: error });
  if (/does not support a full read|Maximum line size/i.test(message))
    return new AppError('input', 'unreadable_data', 'A line is longer than the engine reads.', {
      cause: error,
    });
  if (
    /^(Invalid Input|Conversion|IO|Invalid|Serialization|TProtocolException|Parameter Not Allowed) ?(Error|Exception)?/i.test(
      message,
    )
  )
    return new AppError('input', 'unreadable_data', text, { cause: error });
  return new AppError('internal', 'engine', text, { cause: error });
}

/** DuckDB adds settings and advice for people who write SQL; the first line says what happened. */
function firstLines(message: string): string {
  const [first = ''] = message.split('\n');
  return first.replace(/^[A-Za-z ]+ (Error|Exception): /, '').trim();
}
