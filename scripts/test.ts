import { fetchElectron, findElectron } from './find-electron.ts';
import { add, type Counts, closingLine, NOTHING } from './test/counts.ts';
import { check, playwright, vitest } from './test/run-step.ts';

/**
 * `npm test` runs everything in order and ends with one line that adds it all up. `npm test -- STEP…` runs
 * some of it; what follows `--` goes to the runner of the last step (a file, `-t NAME`).
 */
type Step = (args: readonly string[]) => Counts | Promise<Counts>;

const STEPS: Readonly<Record<string, Step>> = {
  lint: () => add(check('biome', ['ci', '.']), check('node', ['scripts/check-imports.ts'])),
  types: () => check('tsc', ['-b']),
  unit: (args) => vitest('unit', args),
  integration: (args) => vitest('integration', args),
  sdk: (args) => vitest('sdk', args),
  e2e: (args) => afterBuild(['window'], () => playwright('e2e', args)),
  'electron-stand-in': (args) =>
    afterBuild(['window', 'host', 'shell'], () => playwright('electron', args)),
  electron: realElectron,
};
/** Real Electron is asked for by name: most machines that run the tests have no screen. */
const ALL = Object.keys(STEPS).filter((name) => name !== 'electron');

async function afterBuild(targets: readonly string[], run: () => Counts): Promise<Counts> {
  const built = check('node', ['scripts/build.ts', ...targets]);
  return built.failed > 0 ? built : run();
}

async function realElectron(args: readonly string[]): Promise<Counts> {
  const binary = findElectron() ?? (await fetchElectron());
  if (binary)
    return afterBuild(['window', 'host', 'shell'], () =>
      playwright('electron', args, { CALYPSO_ELECTRON: binary }),
    );
  const reason = "Electron's binary is not here and can't be fetched";
  console.log(`${reason}. The same specs run over its stand-in: npm test -- electron-stand-in`);
  return { ...NOTHING, skipped: [{ name: 'specs under real Electron', reason }] };
}

const separator = process.argv.indexOf('--', 2);
const end = separator < 0 ? process.argv.length : separator;
const names = process.argv.slice(2, end);
const more = process.argv.slice(end + 1);
const unknown = names.filter((name) => !Object.hasOwn(STEPS, name));

if (unknown.length > 0) {
  console.error(`test: unknown ${unknown.join(', ')}; known are ${Object.keys(STEPS).join(', ')}`);
  process.exitCode = 2;
} else {
  let total = NOTHING;
  for (const name of names.length > 0 ? names : ALL) {
    const started = performance.now();
    console.log(`\n── ${name}`);
    const counts = (await STEPS[name]?.(more)) ?? NOTHING;
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`── ${name}: ${closingLine(counts)} (${seconds} s)`);
    total = add(total, counts);
  }
  for (const test of total.skipped)
    console.log(`skipped: ${test.name} (${test.reason ?? 'the test does not say why'})`);
  for (const name of total.flaky) console.log(`flaky, passed when tried again: ${name}`);
  console.log(closingLine(total));
  process.exitCode = total.failed > 0 ? 1 : 0;
}
