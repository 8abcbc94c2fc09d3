import { fuzz } from './fuzz.ts';
import { World } from './world.ts';

/**
 * Random queries from the command line: `node tests/fuzz/main.ts --queries=10000 --seed=7`; one of them again:
 * `--seed=7 --only=123`.
 */
const argument = (name: string): number | undefined => {
  const text = process.argv.find((a) => a.startsWith(`--${name}=`));
  return text === undefined ? undefined : Number(text.split('=')[1]);
};

const seed = argument('seed') ?? Date.now() % 1_000_000;
const only = argument('only');
if (only !== undefined) {
  const world = await World.open();
  const verdict = await world.ask(world.text(seed, only));
  process.stdout.write(
    `${verdict.text}\n-- ${verdict.kind} ${verdict.message}, ${Math.round(verdict.ms)} ms\n`,
  );
  await world.close();
  process.exit(0);
}

process.stdout.write(`seed ${seed}\n`);
const report = await fuzz(seed, argument('queries') ?? 10_000, (done) =>
  process.stderr.write(`\r${done} asked`),
);
process.stderr.write('\n');
for (const what of ['crashes', 'hangs', 'slow', 'internal', 'unplaced'] as const) {
  process.stdout.write(`${what}: ${report[what].length}\n`);
  const seen = new Set<string>();
  for (const f of report[what]) {
    const key = f.what.replaceAll(/[\d'"].*/gs, '').slice(0, 90);
    if (seen.has(key)) continue;
    seen.add(key);
    process.stdout.write(
      `  #${f.number} ${f.what.slice(0, 300)}\n      ${f.text.slice(0, 600).replaceAll('\n', '\n      ')}\n`,
    );
  }
}
process.stdout.write(
  `${JSON.stringify(report.kinds)}, slowest ${Math.round(report.slowestMs)} ms\n`,
);
