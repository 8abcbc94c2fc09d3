import { createReadStream } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { Spool } from './spool.ts';
import type { StreamRecord } from './stream-source.ts';

interface Head {
  readonly p: { readonly part: string };
  readonly o: string | number;
  readonly t: number;
  readonly k?: string;
}

/** Reads each line of a spool as JSON: the good ones go into another spool, the others are told one by one. */
export async function recheck(
  path: string,
  onBad: (record: StreamRecord, reason: string) => void,
): Promise<Spool> {
  const good = await Spool.open(dirname(path));
  try {
    const lines = createInterface({
      input: createReadStream(path),
      crlfDelay: Number.POSITIVE_INFINITY,
    });
    for await (const line of lines) {
      try {
        JSON.parse(line);
        good.add(line.slice(0, -1), '');
      } catch (error) {
        const { record, value } = taken(line);
        onBad(record, reasonOf(value, error));
      }
      await good.written();
    }
    await good.close();
    return good;
  } catch (error) {
    await good.discard();
    throw error;
  }
}

/** The value's own complaint says more than that of the line around it. */
function reasonOf(value: string, error: unknown): string {
  try {
    JSON.parse(value);
  } catch (own) {
    return (own as Error).message;
  }
  return (error as Error).message;
}

const VALUE = ',"v":';

function taken(line: string): { readonly record: StreamRecord; readonly value: string } {
  const at = line.indexOf(VALUE, line.indexOf('"t":'));
  // A key or a header may hold the mark as well: the head is the first piece that is JSON.
  for (let split = at; split >= 0; split = line.indexOf(VALUE, split + 1)) {
    const head = headOf(`${line.slice(0, split)}}`);
    if (!head) continue;
    const value = line.slice(split + VALUE.length, -1);
    return {
      value,
      record: {
        part: head.p.part,
        position: String(head.o),
        next: '',
        value: Buffer.from(value),
        key: head.k === undefined ? null : Buffer.from(head.k),
        timestamp: head.t,
        headers: {},
      },
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
