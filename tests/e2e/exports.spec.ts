import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Page } from '@playwright/test';
import { tableFromIPC } from 'apache-arrow';
import { Workbench } from './pages/workbench.ts';
import { readFirstSheet } from './support/read-xlsx.ts';
import { expect, test } from './support/test.ts';

/** Two rows with what formats trip over: quotes, a tab, a pipe, a number beyond a double, an empty cell. */
const QUERY = [
  'datatable(name: string, n: long, at: datetime, bag: dynamic) [',
  `'say "hi", you', 9007199254740993, datetime(2026-01-02T03:04:05Z), dynamic({"a": [1, 2]}), `,
  String.raw`'tab\there | pipe', long(null), datetime(null), dynamic(null)]`,
].join('');

async function exportAs(page: Page, label: string): Promise<{ name: string; path: string }> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: label, exact: true }).click();
  const file = await download;
  return { name: file.suggestedFilename(), path: await file.path() };
}

test('every export holds the rows that are on screen', async ({ page, host }) => {
  const workbench = new Workbench(page);
  await workbench.open(host.url);
  await page.keyboard.press('Control+Alt+N');
  await workbench.query(QUERY);
  await expect(workbench.resultStatus).toContainText('2 rows');
  const text = async (label: string, ending: string): Promise<string> => {
    const { name, path } = await exportAs(page, label);
    // A result without a name is called as its tab.
    expect(name).toBe(`Query_1.${ending}`);
    return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  };

  await test.step('CSV', async () => {
    expect(await text('CSV', 'csv')).toBe(
      'name,n,at,bag\n"say ""hi"", you",9007199254740993,2026-01-02T03:04:05.0000000Z,"{""a"":[1,2]}"\ntab\there | pipe,,,\n',
    );
  });
  await test.step('TSV', async () => {
    const lines = (await text('TSV', 'tsv')).trimEnd().split('\n');
    expect(lines[0]).toBe('name\tn\tat\tbag');
    expect(lines[1]?.split('\t')[1]).toBe('9007199254740993');
    // The tab in the first cell is not a border of cells.
    expect(lines[2]?.split('\t').length === 4 || /^"tab\there/.test(lines[2] ?? '')).toBe(true);
    expect(lines).toHaveLength(3);
  });
  await test.step('JSON', async () => {
    const json = await text('JSON', 'json');
    expect(json).toContain('9007199254740993');
    const rows = JSON.parse(json) as Record<string, unknown>[];
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ name: 'say "hi", you', bag: { a: [1, 2] } });
    expect(rows[1]).toMatchObject({ name: 'tab\there | pipe', n: null, at: null });
  });
  await test.step('NDJSON', async () => {
    const lines = (await text('NDJSON', 'ndjson')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { name: string }).name)).toEqual([
      'say "hi", you',
      'tab\there | pipe',
    ]);
  });
  await test.step('Markdown', async () => {
    const lines = (await text('Markdown table', 'md')).trimEnd().split('\n');
    expect(lines[0]).toMatch(/^\|\s*name\s*\|\s*n\s*\|\s*at\s*\|\s*bag\s*\|$/);
    expect(lines[2]).toContain('say "hi", you');
    expect(lines[3]).toContain('\\|');
    expect(lines).toHaveLength(4);
  });
  await test.step('Excel', async () => {
    const { path } = await exportAs(page, 'Excel workbook');
    const sheet = await readFirstSheet(readFileSync(path));
    expect(sheet[0]).toEqual(['name', 'n', 'at', 'bag']);
    expect(sheet[1]?.slice(0, 2)).toEqual(['say "hi", you', '9007199254740993']);
    expect(sheet).toHaveLength(3);
  });
  await test.step('Arrow', async () => {
    const { path } = await exportAs(page, 'Arrow IPC');
    const table = tableFromIPC(readFileSync(path));
    expect(table.numRows).toBe(2);
    expect(table.schema.fields.map((field) => field.name)).toEqual(['name', 'n', 'at', 'bag']);
    expect(table.getChild('n')?.get(0)).toBe(9007199254740993n);
    expect(table.getChild('n')?.get(1)).toBeNull();
  });
  await test.step('Parquet', async () => {
    const { path } = await exportAs(page, 'Parquet');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const reader = await connection.runAndReadAll(
      `SELECT name, n::VARCHAR, strftime("at", '%Y-%m-%d %H:%M:%S') FROM read_parquet('${path}')`,
    );
    expect(reader.getRows()).toEqual([
      ['say "hi", you', '9007199254740993', '2026-01-02 03:04:05'],
      ['tab\there | pipe', null, null],
    ]);
  });
});

test('a chart is saved as a picture', async ({ page, host }) => {
  const workbench = new Workbench(page);
  await workbench.open(host.url);
  await workbench.query(
    'datatable(city: string, n: long) ["Oslo", 3, "Lima", 1] | render columnchart with (title="Two cities")',
  );
  await expect(workbench.chart.locator('.bars .point')).toHaveCount(2);
  const save = async (entry: string): Promise<{ name: string; bytes: Buffer }> => {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save or copy the picture' }).click();
    await page.getByRole('menuitem', { name: entry }).click();
    const file = await download;
    return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
  };
  const png = await save('Save as PNG');
  expect(png.name).toBe('Two cities.png');
  expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
  // Width and height stand in the header (PNG, 11.2.2).
  expect(png.bytes.readUInt32BE(16)).toBeGreaterThan(400);
  const svg = await save('Save as SVG');
  expect(svg.name).toBe('Two cities.svg');
  const drawing = svg.bytes.toString('utf8');
  expect(drawing).toMatch(/^<svg/);
  expect(drawing).toContain('Two cities');
  expect(drawing).toContain('Lima');
});

test('a query is run into a file without being shown', async ({ page, host }) => {
  const workbench = new Workbench(page);
  await workbench.open(host.url);
  await page.keyboard.press('Control+Alt+N');
  await workbench.write('range x from 1 to 3 step 1 | extend y = x * x');
  const download = page.waitForEvent('download');
  await workbench.menu('Query', 'Run into CSV');
  const file = await download;
  expect(file.suggestedFilename()).toBe('Query 1.csv');
  const text = readFileSync(await file.path(), 'utf8').replaceAll('\r\n', '\n');
  expect(text).toBe('x,y\n1,1\n2,4\n3,9\n');
  await expect(workbench.grid).toHaveCount(0);
});
