import { isUtf8 } from 'node:buffer';
import { dirname } from 'node:path';
import { linesOf } from './lines.ts';
import { Spool } from './spool.ts';
import type { StreamRecord } from './stream-source.ts';

interface Head {
  readonly p: { readonly part: string };
  readonly o: string | number;
  readonly t: number;
  readonly k?: string;
}

/** Takes a record that is no row, and why. */
export type Bury = (record: StreamRecord, reason: string) => void;

/**
 * Copies the lines of a spool that are rows. `judge` says of each line, counted from 1, what is wrong with it, and
 * nothing if it is one.
 */
export async function keepGood(
  path: string,
  judge: (line: Buffer, number: number) => string | undefined,
  bury: Bury,
): Promise<Spool> {
  const good = await Spool.open(dirname(path));
  try {
    let number = 0;
    for await (const line of linesOf(path)) {
      const reason = judge(line, ++number);
      if (reason === undefined) good.add('', line.subarray(0, -1));
      else bury(recordOf(line), reason);
      await good.written();
    }
    await good.close();
    return good;
  } catch (error) {
    await good.discard();
    throw error;
  }
}

/** What makes a line no JSON, as the engine understands it too. */
export function whyNoJson(line: Buffer): string | undefined {
  if (!isUtf8(line)) return 'the bytes are no UTF-8 text';
  try {
    const row: unknown = JSON.parse(line.toString());
    return HALF_CHARACTER.test(line.toString('latin1')) && !isWellFormed(row)
      ? 'a text holds one half of a character (a lone surrogate)'
      : undefined;
  } catch (error) {
    return complaintOf(line) ?? (error as Error).message;
  }
}

const HALF_CHARACTER = /\\u[dD][89a-fA-F]/;

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, item]) => name.isWellFormed() && isWellFormed(item));
}

/** The value's own complaint says more than that of the line around it. */
function complaintOf(line: Buffer): string | undefined {
  try {
    JSON.parse((recordOf(line).value ?? '').toString());
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const VALUE = Buffer.from(',"v":');

/** The record that a line was made of. */
export function recordOf(line: Buffer): StreamRecord {
  // A key or a header may hold the mark as well: the head is the first piece that is JSON.
  for (let split = line.indexOf(VALUE); split >= 0; split = line.indexOf(VALUE, split + 1)) {
    const head = headOf(`${line.subarray(0, split).toString()}}`);
    if (!head) continue;
    return {
      part: head.p.part,
      position: String(head.o),
      next: '',
      value: Buffer.from(line.subarray(split + VALUE.length, -1)),
      key: head.k === undefined ? null : Buffer.from(head.k),
      timestamp: head.t,
      headers: {},
    };
  }
  throw new Error('A line of the spool has no head.');
}

function headOf(text: string): Head | undefined {
  try {
    return JSON.parse(text) as Head;
  } catch {
    return undefined;
  }
}
