import { long, type Sql, sql } from '../../emit/sql.ts';
import { type CallContext, type FunctionEntry, type SqlArg, scalar } from '../define.ts';
import { longAt, textAt } from '../value/forms.ts';
import { asLong, asText, constantLong, once } from '../value/sql.ts';

/** DuckDB's `substring` refuses places beyond 32 bits, where no text has anything. */
const FAR = 4_294_967_000n;

function whole(arg: SqlArg, context: CallContext): Sql {
  const known = constantLong(arg);
  if (known === undefined)
    return once(
      asLong(arg, context),
      (n) =>
        sql`CASE WHEN ${n} > ${long(FAR)} THEN ${long(FAR)} WHEN ${n} < ${long(-FAR)} THEN ${long(-FAR)} ELSE ${n} END`,
    );
  if (known > FAR) return long(FAR);
  return known < -FAR ? long(-FAR) : arg.sql;
}

/** Counted in code points; a negative start counts from the end, beyond either end there is nothing. */
function substring(
  text: Sql,
  start: SqlArg,
  length: SqlArg | undefined,
  context: CallContext,
): Sql {
  const size = length && sql`greatest(coalesce(${whole(length, context)}, 0), 0)`;
  const cut = (from: Sql): Sql =>
    size ? sql`substring(${text}, ${from}, ${size})` : sql`substring(${text}, ${from})`;
  const known = constantLong(start);
  const s = whole(start, context);
  const positive = cut(sql`${s} + 1`);
  const negative = sql`CASE WHEN length(${text}) + ${s} >= 0 THEN ${cut(sql`length(${text}) + ${s} + 1`)} ELSE '' END`;
  if (known !== undefined) return known >= 0n ? positive : negative;
  return sql`CASE WHEN ${s} >= 0 THEN ${positive} ELSE ${negative} END`;
}

/** What a split gives, as JSON; nothing to split by leaves the text whole. */
function parts(source: Sql, delimiter: Sql): Sql {
  return once(
    source,
    (s) => sql`CASE WHEN ${delimiter} = '' THEN [${s}] ELSE string_split(${s}, ${delimiter}) END`,
  );
}

/** In TypeScript. */
function cutOut(text: string, start: bigint, length: bigint | undefined): string {
  const letters = [...text];
  const from = start < 0n ? BigInt(letters.length) + start : start;
  if (from < 0n || (length !== undefined && length <= 0n)) return '';
  const end = length === undefined ? letters.length : Number(from + length);
  return letters.slice(Number(from), end).join('');
}

export const slicing: readonly FunctionEntry[] = [
  scalar(
    'substring',
    {
      coerce: false,
      sql: ([source, start, length], context) => {
        if (!source || !start) return undefined;
        return sql`coalesce(${once(asText(source, context), (t) => substring(t, start, length, context))}, '')`;
      },
      js: {
        nulls: 'pass',
        call: (args, types) => {
          const start = longAt(args, types, 1);
          const length = args.length > 2 ? longAt(args, types, 2) : undefined;
          return start === null || length === null
            ? ''
            : cutOut(textAt(args, types, 0), start, length);
        },
      },
    },
    [
      { kql: 'substring("123456", 1)', result: '23456' },
      { kql: 'substring("123456", 2, 2)', result: '34' },
      { kql: 'substring("abc", -1, 2)', result: 'c' },
      { kql: 'substring("abc", 5, 3)', result: '' },
      { kql: 'substring("x", -2, 5)', result: '' },
      { kql: 'substring("a😀b", 1, 1)', result: '😀' },
    ],
  ),
  scalar(
    'split',
    {
      coerce: false,
      sql: ([source, delimiter, index], context) => {
        if (!source || !delimiter) return undefined;
        const list = parts(asText(source, context), asText(delimiter, context));
        if (!index) return sql`CAST(to_json(${list}) AS VARCHAR)`;
        const i = whole(index, context);
        return sql`CAST(to_json(CASE WHEN ${i} >= 0 THEN list_slice(${list}, ${i} + 1, ${i} + 1) ELSE [] END) AS VARCHAR)`;
      },
      js: {
        nulls: 'pass',
        call: (args, types) => {
          const text = textAt(args, types, 0);
          const delimiter = textAt(args, types, 1);
          const all = delimiter === '' ? [text] : text.split(delimiter);
          if (args.length < 3) return all;
          const at = longAt(args, types, 2);
          return at === null || at < 0n ? [] : all.slice(Number(at), Number(at) + 1);
        },
      },
    },
    [
      { kql: 'split("aa_bb", "_")', result: '["aa","bb"]' },
      { kql: 'split("aaa_bbb_ccc", "_", 1)', result: '["bbb"]' },
      { kql: 'split("", "_")', result: '[""]' },
      { kql: 'split("a__b", "_")', result: '["a","","b"]' },
      { kql: 'split("a|b", "|")[1]', result: 'b' },
    ],
  ),
];
