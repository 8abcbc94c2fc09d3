import { rm } from 'node:fs/promises';
import { type Figure, isEntry, numberArgument, printFigures } from './ingest-figures.ts';
import { openSession } from './session.ts';
import type { BenchTable } from './tables.ts';

/** A grouping whose groups don't fit: 100 million rows by 10 million keys, within 4 GB by spilling. */

const LIMIT = 4e9;
/** What the engine may hold: the process has its own needs, and DuckDB's limit is no hard one. */
const ENGINE_LIMIT = 2.5e9;

const table = (rows: number): BenchTable => ({
  name: 'Numbers',
  columns: [
    { name: 'Key', type: 'long' },
    { name: 'Text', type: 'string' },
    { name: 'Value', type: 'long' },
  ],
  rows,
  select: `(hash(i) % ${Math.ceil(rows / 10)})::BIGINT AS "Key", 'key ' || (hash(i) % ${Math.ceil(rows / 10)}) AS "Text", i AS "Value"`,
});

export async function run(
  options: { readonly rows: number } = { rows: 100_000_000 },
): Promise<Figure[]> {
  const session = await openSession([table(options.rows)], { memoryLimit: ENGINE_LIMIT });
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 100);
  try {
    const start = performance.now();
    const answer = await session.ask(
      'Numbers | summarize n = count(), s = sum(Value), latest = max(Value) by Key, Text | summarize groups = count(), rows = sum(n), total = sum(s)',
    );
    const seconds = (performance.now() - start) / 1000;
    const [groups, rows, total] = answer.map((c) => Number(c[0]));
    const n = options.rows;
    const right = rows === n && total === (n * (n - 1)) / 2;
    return [
      {
        figure: `${n} rows by ${groups} groups of two keys, right: ${right}`,
        value: seconds,
        unit: 's',
        goal: 'finishes, right',
        ok: right,
      },
      {
        figure: 'peak memory of the process meanwhile',
        value: peak / 1e6,
        unit: 'MB',
        goal: '≤ 4000 MB',
        ok: peak <= LIMIT,
      },
    ];
  } finally {
    clearInterval(timer);
    await session.close();
    await rm(session.folder, { recursive: true, force: true });
  }
}

if (isEntry(import.meta.url))
  printFigures(await run({ rows: numberArgument('rows', 100_000_000) }));
