import { createHost } from '../../../main/host/host.ts';

/**
 * A host that appends batches of ten rows to the table A for ever, while its pipelines take them on:
 * `run-pipelines.ts FOLDER`. Says how many rows it has been promised after each batch.
 */
const [folder = ''] = process.argv.slice(2);
const host = createHost({ dataFolder: folder, memoryLimit: 500_000_000, threads: 1, lazy: true });
const context = { signal: new AbortController().signal, emit: () => {} };

// The workers don't hold the process while they are asked.
setInterval(() => {}, 60_000);

let number = 0;
async function run(text: string): Promise<void> {
  const outcome = await host.handlers['query.run'](
    {
      queryId: `batch-${++number}`,
      text,
      database: 'Local',
      options: {},
      parameters: {},
      record: false,
    },
    context,
  );
  await host.handlers['query.release'](
    { resultIds: outcome.results.map((r) => r.resultId) },
    context,
  );
}

for (;;) {
  // The next numbers are what the table says: what was cut off is not there.
  await run(
    '.append A <| range i from 1 to 10 step 1 | project x = i + coalesce(toscalar(A | summarize max(x)), 0)',
  );
  process.stdout.write(`${number}\n`);
}
