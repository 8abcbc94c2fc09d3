import { z } from 'zod';
import { KQL_TYPES } from '../../../common/types/kql-type.ts';
import type { CommandAnswer } from './command.ts';

/** JSON has no integers of 64 bits: those stand as text behind a mark. */
const BIGINT = '\u0000i';
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const stored = z.object({
  columns: z.array(z.tuple([z.string(), z.enum(KQL_TYPES)])),
  rows: z.array(z.array(cell)),
});

/** The answer of a command as text that the catalog keeps. */
export function answerJson({ columns, rows }: CommandAnswer): string {
  const plain = rows.map((row) =>
    row.map((value) => (typeof value === 'bigint' ? `${BIGINT}${value}` : value)),
  );
  return JSON.stringify({ columns, rows: plain });
}

export function answerOfJson(json: string): CommandAnswer {
  const { columns, rows } = stored.parse(JSON.parse(json));
  return {
    columns,
    rows: rows.map((row) =>
      row.map((value) =>
        typeof value === 'string' && value.startsWith(BIGINT)
          ? BigInt(value.slice(BIGINT.length))
          : value,
      ),
    ),
  };
}
