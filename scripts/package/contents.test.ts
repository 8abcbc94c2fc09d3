import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isLeftOut, missingFrom } from './contents.ts';

describe('what goes into a package', () => {
  it.each([
    '',
    '/package.json',
    '/dist',
    '/dist/host/host-process.js',
    '/node_modules/@duckdb/node-api/lib/index.js',
    '/main',
    '/main/host',
    '/main/host/catalog/migrations/0001_catalog.sql',
    '/samples/manifest.json',
  ])('keeps %j', (path) => expect(isLeftOut(path)).toBe(false));

  it.each([
    '/renderer',
    '/main/cli',
    '/main/host/host.ts',
    '/tests/e2e/a.spec.ts',
    '/.git',
    '/distant',
    '/dist/host/host-process.js.map',
    '/node_modules/.cache/x',
  ])('leaves %j out', (path) => expect(isLeftOut(path)).toBe(true));
});

describe('missingFrom', () => {
  it('names what got lost', () => {
    const folder = mkdtempSync(join(tmpdir(), 'package-'));
    const put = (path: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), '');
    };
    expect(missingFrom(folder)).toContain('the native library of DuckDB');
    for (const path of [
      'dist/host/host-process.js',
      'dist/host/engine.worker.js',
      'dist/host/ingest.worker.js',
      'dist/host/stream.worker.js',
      'dist/host/storage.worker.js',
      'main/host/catalog/migrations/0001_catalog.sql',
      'samples/manifest.json',
      'node_modules/@kusto/language-service-next/package.json',
      'node_modules/better-sqlite3/package.json',
      'node_modules/@duckdb/node-bindings-linux-x64/duckdb.node',
    ])
      put(path);
    expect(missingFrom(folder)).toEqual(['the native library of SQLite']);
    put('node_modules/better-sqlite3/build/Release/better_sqlite3.node');
    expect(missingFrom(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
