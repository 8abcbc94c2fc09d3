import { count, type Sql, sql } from '../../emit/sql.ts';
import {
  argument,
  constantNumber,
  filtered,
  jsonArray,
  type Over,
  plain,
} from '../aggregates/rows.ts';
import {
  type AggregateContext,
  type Dynamic,
  type FunctionEntry,
  type SqlArg,
  scalar,
} from '../define.ts';
import { isArray } from '../value/dynamic.ts';
import {
  bitsOfLevel,
  countOf,
  countOfIntersection,
  type Hll,
  hllOfCodes,
  mergeHlls,
  printHll,
  readHll,
  SPARSE_BITS,
} from './hll.ts';

/** DuckDB's 64-bit hash, with integers of both widths alike. */
function hashed(x: SqlArg): Sql {
  return x.type === 'int' ? sql`hash((${x.sql})::BIGINT)` : sql`hash(${x.sql})`;
}

/** The sparse code of a hash: 25 bits of index, and where the first 1 stands in the other 39. */
function code(x: SqlArg): Sql {
  const hash = hashed(x);
  const rest = count(64 - SPARSE_BITS);
  const tail = sql`(${hash} & ${count(2 ** (64 - SPARSE_BITS) - 1)}::UBIGINT)`;
  const rank = sql`CASE WHEN ${tail} = 0 THEN ${rest} + 1 ELSE ${rest} - floor(log2(${tail}::DOUBLE))::BIGINT END`;
  return sql`(((${hash} >> ${rest}) * 64)::BIGINT + ${rank})`;
}

function level(args: readonly SqlArg[], context: AggregateContext): bigint {
  const bits = bitsOfLevel(constantNumber(args, 1, 1, context));
  return BigInt(bits ?? context.fail('the accuracy is 0, 1, 2, 3 or 4'));
}

const hll: Over = (args, rows, context) => {
  const x = argument(args, 0, context);
  const codes = sql`list(DISTINCT ${code(x)})${rows.where(sql`${x.sql} IS NOT NULL`)}`;
  const pieces = [
    { sql: sql`to_json(coalesce(${codes}, []))::VARCHAR`, type: 'dynamic' },
    { sql: sql`${count(level(args, context))}::BIGINT`, type: 'long' },
  ] as const;
  return context.js('__hll_of_codes', pieces, 'dynamic');
};

export const mergedHlls: Over = (args, rows, context) => {
  const x = argument(args, 0, context);
  const all = sql`coalesce(list(${x.sql})${rows.where(sql`${x.sql} IS NOT NULL`)}, [])`;
  const pieces = [{ sql: jsonArray(all, 'dynamic', context), type: 'dynamic' }] as const;
  return context.js('__hll_merge_all', pieces, 'dynamic');
};

const merged = (values: readonly (Dynamic | undefined)[]): Dynamic => {
  const states = values.map(readHll).filter((state): state is Hll => state !== undefined);
  return states.length === 0 ? null : printHll(mergeHlls(states));
};

const listOf = (value: Dynamic | undefined): readonly Dynamic[] => (isArray(value) ? value : []);

const TWO = 'range x from 1 to 10 step 1 | summarize a = hll(x), b = hll(x + 5)';

export const hllFunctions: readonly FunctionEntry[] = [
  plain('hll', hll, [
    {
      kql: 'range x from 1 to 20 step 1 | summarize h = hll(x) | project dcount_hll(h)',
      result: '20',
    },
    {
      kql: 'range x from 1 to 20 step 1 | summarize h = hll(x % 3, 4) | project dcount_hll(h)',
      result: '3',
    },
  ]),
  filtered('hll_if', 1, hll, [
    {
      kql: 'range x from 1 to 20 step 1 | summarize h = hll_if(x, x > 15) | project dcount_hll(h)',
      result: '5',
    },
  ]),
  plain('hll_merge', mergedHlls, [
    {
      kql: 'range x from 1 to 9 step 1 | summarize h = hll(x) by x % 3 | summarize h = hll_merge(h) | project dcount_hll(h)',
      result: '9',
    },
  ]),
  scalar('hll_merge', { js: { nulls: 'pass', call: (args) => merged(args) } }, [
    { kql: `${TWO} | project dcount_hll(hll_merge(a, b))`, result: '15' },
  ]),
  scalar('__hll_normalize', { js: { nulls: 'pass', call: (args) => merged(args) } }, []),
  scalar(
    'dcount_hll',
    {
      js: {
        call: ([value]) => {
          const state = readHll(value);
          return state ? BigInt(countOf(state)) : null;
        },
      },
    },
    [{ kql: `${TWO} | project dcount_hll(a)`, result: '10' }],
  ),
  scalar(
    'hll_isvalid',
    { js: { nulls: 'pass', call: ([value]) => readHll(value) !== undefined } },
    [],
  ),
  scalar(
    '__hll_of_codes',
    {
      js: {
        call: ([codes, bits]) => printHll(hllOfCodes(listOf(codes).map(Number), Number(bits))),
      },
    },
    [],
  ),
  scalar('__hll_merge_all', { js: { call: ([states]) => merged(listOf(states)) } }, []),
  scalar(
    '__hll_intersection',
    {
      js: {
        call: ([values]) => {
          const states = listOf(values)
            .map(readHll)
            .filter((s): s is Hll => s !== undefined);
          return BigInt(countOfIntersection(states));
        },
      },
    },
    [],
  ),
];
