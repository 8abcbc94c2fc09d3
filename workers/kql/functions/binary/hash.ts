import type { KqlType } from '../../../../common/types/kql-type.ts';
import { type Sql, sql } from '../../emit/sql.ts';
import { type Example, type FunctionEntry, never, scalar, type Value } from '../define.ts';
import { convertValue } from '../value/convert.ts';
import { longAt } from '../value/forms.ts';
import { asText } from '../value/sql.ts';
import { textOf } from '../value/text.ts';
import { xxhash64 } from './xxhash64.ts';

const utf8 = new TextEncoder();

/** Bytes of a value as the engine holds it: numbers and times little-endian, everything else as its text. */
export function bytesOf(value: Value, type: KqlType): Uint8Array {
  const eight = new Uint8Array(8);
  const view = new DataView(eight.buffer);
  switch (type) {
    case 'bool':
      return Uint8Array.of(value === true ? 1 : 0);
    case 'int':
      view.setInt32(0, Number(value), true);
      return eight.subarray(0, 4);
    case 'long':
    case 'datetime':
    case 'timespan':
      view.setBigInt64(0, BigInt(value as bigint), true);
      return eight;
    case 'real':
      view.setFloat64(0, Number(value), true);
      return eight;
    default:
      return utf8.encode(textOf(value, type));
  }
}

/** XXH64, and its rest by a modulus where one is given (page "hash()"). */
function xxhash(name: string, examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      js: {
        call: (args, types) => {
          const hash = xxhash64(bytesOf(args[0] ?? null, types[0] ?? 'string'));
          if (args.length < 2) return hash;
          const m = longAt(args, types, 1);
          if (m === null || m === 0n) return null;
          const size = m < 0n ? -m : m;
          return ((hash % size) + size) % size;
        },
      },
    },
    examples,
  );
}

function digest(
  name: string,
  use: (text: Sql) => Sql,
  examples: readonly Example[],
): FunctionEntry {
  return scalar(
    name,
    { coerce: false, sql: ([arg], context) => arg && use(asText(arg, context)) },
    examples,
  );
}

const GOLDEN = 0x9e3779b97f4a7c15n;
const MASK = (1n << 64n) - 1n;

/**
 * One hash of several, in their order. The service does not publish how it combines them, and its page "hash()"
 * asks that hashes be used within one query only: values here are not those of the service.
 */
export function combineHashes(hashes: readonly bigint[]): bigint {
  let seed = 0n;
  for (const hash of hashes)
    seed ^= ((hash & MASK) + GOLDEN + ((seed << 6n) & MASK) + (seed >> 2n)) & MASK;
  return BigInt.asIntN(64, seed);
}

export const hashes: readonly FunctionEntry[] = [
  xxhash('hash', [
    { kql: 'hash("World")', result: '1846988464401551951' },
    { kql: 'hash("World", 100)', result: '51' },
    { kql: 'hash(datetime("2015-01-01"))', result: '1380966698541616202' },
    { kql: 'hash("Hello")', result: '753694413698530628' },
  ]),
  xxhash('hash_xxhash64', [{ kql: 'hash_xxhash64("World", 100)', result: '51' }]),
  digest('hash_md5', (t) => sql`md5(${t})`, [
    { kql: 'hash_md5("World")', result: 'f5a7924e621e84c9280a9a27e1bcb7f6' },
  ]),
  digest('hash_sha1', (t) => sql`sha1(${t})`, [
    { kql: 'hash_sha1("World")', result: '70c07ec18ef89c5309bbb0937f3a6342411e1fdd' },
    { kql: 'hash_sha1(datetime(2020-01-01))', result: 'e903e533f4d636b4fc0dcf3cf81e7b7f330de776' },
  ]),
  digest('hash_sha256', (t) => sql`sha256(${t})`, [
    {
      kql: 'hash_sha256("World")',
      result: '78ae647dc5544d227130a0682a51e30bc7777fbb6d8a8f17007463a3ecd1d524',
    },
  ]),
  scalar(
    'hash_combine',
    {
      coerce: false,
      js: {
        call: (args, types) =>
          combineHashes(
            args
              .map((a, i) => convertValue(a, types[i] ?? 'long', 'long'))
              .filter((h) => typeof h === 'bigint'),
          ),
      },
    },
    [
      {
        kql: 'hash_combine(hash("a"), hash("b")) == hash_combine(hash("b"), hash("a"))',
        result: 'False',
      },
    ],
  ),
  scalar(
    'hash_many',
    {
      coerce: false,
      js: {
        call: (args, types) =>
          combineHashes(args.map((a, i) => xxhash64(bytesOf(a, types[i] ?? 'string')))),
      },
    },
    [{ kql: 'hash_many("a", 1) == hash_combine(hash("a"), hash(1))', result: 'True' }],
  ),
  ...['__hash_crc32', '__hash_djb2', '__hash_xxh64', '__hash_many_crc32'].map((name) =>
    never(name, 'the service calls it to divide rows among its nodes; undocumented'),
  ),
];
