import type { Value } from '../functions/define.ts';
import type { Row, StepContext, StepRun } from '../plan/plan.ts';

/** Rows in the order of their key, which is their last value: one run for each key. */
export async function* runEach(
  batches: AsyncIterable<readonly Row[]> | undefined,
  run: StepRun,
  context: StepContext,
): AsyncGenerator<readonly Row[]> {
  let key: Value = null;
  let rows: Row[] = [];
  const answers = async function* (): AsyncGenerator<readonly Row[]> {
    const given = rows;
    rows = [];
    if (given.length === 0) return;
    const partition = (async function* () {
      yield given;
    })();
    for await (const batch of run([partition], context)) yield batch.map((row) => [...row, key]);
  };
  for await (const batch of batches ?? [])
    for (const row of batch) {
      const own = row.at(-1) ?? null;
      if (rows.length > 0 && own !== key) yield* answers();
      key = own;
      context.account(row.length);
      rows.push(row.slice(0, -1));
    }
  yield* answers();
}

/** Rows of several tables, their key the last value of each: one run for each key with its rows of every table. */
export async function* runEachOfMany(
  inputs: readonly AsyncIterable<readonly Row[]>[],
  run: StepRun,
  context: StepContext,
): AsyncGenerator<readonly Row[]> {
  const partitions = new Map<Value, Row[][]>();
  for (const [i, batches] of inputs.entries())
    for await (const batch of batches)
      for (const row of batch) {
        const key = row.at(-1) ?? null;
        const tables = partitions.get(key) ?? inputs.map((): Row[] => []);
        partitions.set(key, tables);
        context.account(row.length);
        tables[i]?.push(row.slice(0, -1));
      }
  for (const [key, tables] of partitions) {
    const given = tables.map(async function* (rows) {
      yield rows;
    });
    for await (const batch of run(given, context)) yield batch.map((row) => [...row, key]);
  }
}
