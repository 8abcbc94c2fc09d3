import { describe, expect, it } from 'vitest';
import type { SyncedFile } from '../catalog/synced-files-store.ts';
import { mirrorPath, TakenPaths } from './mirror-path.ts';
import { type PlanRequest, planSync } from './plan-sync.ts';

const TABLE = { database: 'Local', table: 'T' };
const FOLLOW: PlanRequest['definition'] = {
  table: TABLE,
  onOverwrite: 'replace',
  onDelete: 'remove',
};
const listed = (key: string, etag = '1', bytes = 10, modifiedAt = 0) => ({
  key,
  etag,
  bytes,
  modifiedAt,
});

function known(key: string, change: Partial<SyncedFile> = {}): SyncedFile {
  return {
    key,
    etag: '1',
    bytes: 10,
    modifiedAt: 0,
    md5: null,
    path: key,
    mirrored: '1',
    ingested: '1',
    failed: null,
    rowCount: 1,
    message: '',
    gone: false,
    usedAt: 0,
    ...change,
  };
}

function plan(request: Partial<PlanRequest>) {
  const made = planSync({ definition: FOLLOW, known: [], listed: [], now: 5, ...request });
  const keys = (files: readonly SyncedFile[]): string[] => files.map((f) => f.key);
  return {
    changed: made.changed,
    fetch: keys(made.fetch),
    ingest: keys(made.ingest),
    remove: keys(made.remove),
  };
}

describe('the plan of a sync', () => {
  it('fetches what is new and does nothing about what is known', () => {
    const made = plan({ known: [known('a')], listed: [listed('a'), listed('b')] });
    expect(made).toMatchObject({ fetch: ['b'], ingest: [], remove: [] });
    expect(made.changed.map((f) => [f.key, f.path, f.usedAt])).toEqual([['b', 'b', 5]]);
    expect(plan({ known: [known('a')], listed: [listed('a')] }).changed).toEqual([]);
  });

  it('follows overwritten and deleted files', () => {
    const made = plan({ known: [known('a'), known('b')], listed: [listed('a', '2', 12)] });
    expect(made).toMatchObject({ fetch: ['a'], remove: ['b'] });
    expect(made.changed[0]).toMatchObject({ etag: '2', bytes: 12, ingested: '1', mirrored: '1' });
  });

  it('keeps both if it is told to, and still takes in what it never had', () => {
    const definition = { ...FOLLOW, onOverwrite: 'keep', onDelete: 'keep' } as const;
    const made = plan({
      definition,
      known: [known('a'), known('b'), known('c', { mirrored: null, ingested: null })],
      listed: [listed('a', '2'), listed('c', '2')],
    });
    expect(made).toMatchObject({ fetch: ['c'], remove: [] });
    expect(made.changed.find((f) => f.key === 'b')?.gone).toBe(true);
    const next = plan({ definition, known: made.changed, listed: [listed('a', '2')] });
    expect(next.fetch).toEqual([]);
  });

  it('takes in what was fetched before it was stopped, and leaves alone what can not be read', () => {
    const files = [
      known('fetched', { ingested: null }),
      known('bad', { mirrored: null, ingested: null, failed: '1', message: 'bad' }),
      known('mended', { mirrored: null, ingested: null, failed: '0' }),
    ];
    const now = [listed('fetched'), listed('bad'), listed('mended')];
    expect(plan({ known: files, listed: now })).toMatchObject({
      fetch: ['mended'],
      ingest: ['fetched'],
    });
    expect(plan({ known: files, listed: now, again: true }).fetch).toEqual(['bad', 'mended']);
  });

  it('looks at named keys alone', () => {
    const made = plan({
      known: [known('a'), known('b'), known('c')],
      listed: [listed('a', '2')],
      scope: new Set(['a', 'b']),
    });
    expect(made).toMatchObject({ fetch: ['a'], remove: ['b'] });
  });

  it('fills a mirror up to its budget with the newest, and renews what it has', () => {
    const { table: _, ...definition } = { ...FOLLOW, budgetBytes: 25 };
    const made = plan({
      definition,
      known: [known('old', { ingested: null })],
      listed: [
        listed('old', '2', 10, 1),
        listed('a', '1', 10, 2),
        listed('b', '1', 10, 3),
        listed('big', '1', 100, 4),
      ],
    });
    expect(made.fetch).toEqual(['old', 'b']);
    const more = plan({
      definition: { ...definition, budgetBytes: 40 },
      known: [known('old', { ingested: null })],
      listed: [listed('old', '2', 10, 1), listed('a', '1', 10, 2), listed('b', '1', 10, 3)],
    });
    expect(more.fetch).toEqual(['old', 'b', 'a']);
  });
});

describe('paths of a mirror', () => {
  const free = (): boolean => false;

  it('are the keys, where every file system takes them', () => {
    expect(mirrorPath('year=2024/m=1/part 1.parquet', free)).toBe('year=2024/m=1/part 1.parquet');
  });

  it.each([
    ['../../etc/passwd', '.%2E/.%2E/etc/passwd'],
    ['a//b', 'a/%/b'],
    ['a\\b:c?.csv', 'a%5Cb%3Ac%3F.csv'],
    ['.hidden', '%2Ehidden'],
    ['con.csv', '%con.csv'],
    ['dot.', 'dot%2E'],
  ])('%s is kept inside and apart', (key, path) => {
    const made = mirrorPath(key, free);
    expect(made.split('/')).not.toContain('..');
    expect(made.replaceAll('%2E', '.')).toBe(path.replaceAll('%2E', '.'));
  });

  it('never meet: a folder that is a file elsewhere, names that differ in case', () => {
    const taken = new TakenPaths();
    const paths = ['a', 'a/b', 'A', 'c/d', 'C/D', 'c'].map((key) => {
      const path = mirrorPath(key, taken.has);
      taken.add(path);
      return path;
    });
    expect(paths[0]).toBe('a');
    const folded = paths.map((p) => p.toLowerCase());
    expect(new Set(folded).size).toBe(paths.length);
    for (const path of folded)
      expect(folded.some((other) => other.startsWith(`${path}/`))).toBe(false);
  });

  it('stay short and keep their ending', () => {
    const made = mirrorPath(`${'x'.repeat(500)}.csv.gz`, free);
    expect(made.length).toBeLessThan(130);
    expect(made.endsWith('.csv.gz')).toBe(true);
  });
});
