import { fuzz } from '../tests/fuzz/fuzz.ts';
import { type Figure, isEntry, numberArgument, printFigures } from './ingest-figures.ts';

/** Random queries from a grammar: none may crash the engine, hang it, or end in an error that is ours. */
export async function run(
  options: { readonly queries: number; readonly seed: number } = {
    queries: numberArgument('queries', 100_000),
    seed: numberArgument('seed', 20_261_122),
  },
): Promise<Figure[]> {
  const { queries, seed } = options;
  const report = await fuzz(seed, queries, (done) => process.stderr.write(`\r${done} asked`));
  process.stderr.write('\n');
  const none = (figure: string, count: number): Figure => ({
    figure: `${figure}, of ${queries.toLocaleString('en')} queries with seed ${seed}`,
    value: count,
    unit: '',
    goal: 'none',
    ok: count === 0,
  });
  return [
    none('crashes', report.crashes.length),
    none('hangs, silent for 25 s', report.hangs.length),
    none('stopped after 10 s', report.slow.length),
    none('internal errors', report.internal.length),
    {
      figure: 'answered; the others were refused with a reason',
      value: ((report.kinds.answer ?? 0) / queries) * 100,
      unit: '%',
      goal: 'recorded',
      ok: true,
    },
  ];
}

if (isEntry(import.meta.url)) printFigures(await run());
