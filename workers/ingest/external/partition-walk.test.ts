import { expect, test } from 'vitest';
import type { Partition, PathPart } from '../../../common/contract/external.ts';
import type { PruningRange } from '../../../common/contract/store.ts';
import { UNIX_EPOCH_TICKS } from '../../../common/types/ticks.ts';
import type { ListRequest, OpenPlace, StoredFile } from '../storage/place.ts';
import { walkPartitions } from './partition-walk.ts';

const file = (key: string): StoredFile => ({ key, bytes: 1, etag: '', modifiedAt: 0 });

/** A store of these keys that hears what it is asked for. */
function storeOf(keys: readonly string[]): { place: OpenPlace; asked: ListRequest[] } {
  const asked: ListRequest[] = [];
  const nothing = () => Promise.reject(new Error('not asked for in this test'));
  const place: OpenPlace = {
    shown: (key) => key,
    containers: nothing,
    stat: nothing,
    read: nothing,
    list: async (request) => {
      asked.push(request);
      const { prefix = '', byLevel } = request;
      const below = keys.filter((k) => k.startsWith(prefix));
      if (!byLevel) return { prefixes: [], files: below.map(file) };
      const rest = below.map((k) => k.slice(prefix.length));
      const folders = rest.flatMap((r) =>
        r.includes('/') ? [r.slice(0, r.indexOf('/') + 1)] : [],
      );
      return {
        prefixes: [...new Set(folders)].map((f) => prefix + f),
        files: rest.filter((r) => !r.includes('/')).map((r) => file(prefix + r)),
      };
    },
  };
  return { place, asked };
}

const ticks = (iso: string): string =>
  (BigInt(Date.parse(iso)) * 10_000n + UNIX_EPOCH_TICKS).toString();

const customer: Partition = { name: 'C', type: 'string' };
const day: Partition = {
  name: 'D',
  type: 'datetime',
  source: { column: 'at', function: 'startofday' },
};
const FORMAT: PathPart[] = [
  { kind: 'text', text: 'c=' },
  { kind: 'partition', name: 'C' },
  { kind: 'text', text: '/' },
  { kind: 'datetime', name: 'D', pattern: 'yyyy/MM/dd' },
];
const KEYS = ['ada', 'bob', 'eve x'].flatMap((c) =>
  ['2023/12/31', '2024/02/28', '2024/02/29', '2024/03/01'].map((d) => `root/c=${c}/${d}/f.parquet`),
);

async function walk(ranges: readonly PruningRange[], exactNames = true) {
  const { place, asked } = storeOf(KEYS);
  const found = await walkPartitions(place, 'root/', {
    partitions: [customer, day],
    pathFormat: FORMAT,
    ranges,
    exactNames,
  });
  return {
    keys: found.map((f) => f.key.slice('root/'.length)),
    asked: asked.map((a) => `${a.byLevel ? 'level' : 'all'} ${a.prefix}`),
  };
}

test('without a range all is listed at once', async () => {
  expect((await walk([])).asked).toEqual(['all root/']);
});

test('one value is not searched for', async () => {
  expect(await walk([{ column: 'C', values: ['bob'] }])).toEqual({
    keys: KEYS.filter((k) => k.includes('bob')).map((k) => k.slice(5)),
    asked: ['all root/c=bob/'],
  });
});

test('a value that paths may escape in several ways, and a store that knows no case: the level is listed', async () => {
  const spaced = await walk([{ column: 'C', values: ['eve x'] }]);
  expect([spaced.keys.length, spaced.asked]).toEqual([4, ['level root/', 'all root/c=eve x/']]);
  expect((await walk([{ column: 'C', values: ['bob'] }], false)).asked).toEqual([
    'level root/',
    'all root/c=bob/',
  ]);
});

test('years, months and days that can hold no row are not looked into', async () => {
  expect(
    await walk([
      { column: 'C', values: ['ada'] },
      { column: 'at', min: ticks('2024-02-29T05:00:00Z'), max: ticks('2024-02-29T06:00:00Z') },
    ]),
  ).toEqual({
    keys: ['c=ada/2024/02/29/f.parquet'],
    asked: [
      'level root/c=ada/',
      'level root/c=ada/2024/',
      'level root/c=ada/2024/02/',
      'all root/c=ada/2024/02/29/',
    ],
  });
});

test('a range of a lower level alone goes through all of the upper one', async () => {
  const { keys } = await walk([{ column: 'D', min: ticks('2024-03-01T00:00:00Z') }]);
  expect(keys).toEqual(['ada', 'bob', 'eve x'].map((c) => `c=${c}/2024/03/01/f.parquet`));
});

test('what contradicts itself is nowhere', async () => {
  expect((await walk([{ column: 'C', values: [] }])).keys).toEqual([]);
});
