import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Figure, printFigures } from './ingest-figures.ts';

/** Runs each script of this folder, or those named on the command line, and writes RESULTS.md: the sections of these. */

const folder = fileURLToPath(new URL('.', import.meta.url));
const NO_SCRIPT: ReadonlySet<string> = new Set([
  'run.ts',
  'statistics.ts',
  'ingest-figures.ts',
  'session.ts',
  'tables.ts',
  'log-table.ts',
  'web-table.ts',
]);

interface Script {
  run(): Promise<Figure[]>;
}

function isScript(module: unknown): module is Script {
  return typeof module === 'object' && module !== null && 'run' in module;
}

const wanted = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const names = (await readdir(folder))
  .filter((f) => f.endsWith('.ts') && !NO_SCRIPT.has(f))
  .map((f) => f.replace(/\.ts$/, ''))
  .filter((f) => wanted.length === 0 || wanted.includes(f));

const results = join(folder, 'RESULTS.md');
const flags = process.argv.slice(2).filter((a) => a.startsWith('--'));
const writes = wanted.length === 0 || flags.includes('--write');
const [only] = names;
if (names.length === 1 && only !== undefined) await runOne(only);
// Each in a process of its own: none has another's memory, and one that fails takes nothing with it.
else
  for (const name of names) {
    const args = [fileURLToPath(import.meta.url), name, ...flags, ...(writes ? ['--write'] : [])];
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }

async function runOne(name: string): Promise<void> {
  console.log(`\n${name}`);
  const module: unknown = await import(new URL(`./${name}.ts`, import.meta.url).href);
  if (!isScript(module)) return;
  const figures = await module.run();
  printFigures(figures);
  if (!writes) return;
  const sections = await written();
  sections.set(name, table(name, figures));
  await write(sections);
}

/** The sections that are there, by name: those of other benches stay. */
async function written(): Promise<Map<string, string>> {
  const text = await readFile(results, 'utf8').catch(() => '');
  const found = text.split(/^(?=## )/m).slice(1);
  return new Map(found.map((section) => [/^## (\S+)/.exec(section)?.[1] ?? '', section.trimEnd()]));
}

async function write(sections: ReadonlyMap<string, string>): Promise<void> {
  const sorted = [...sections].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  await writeFile(results, `${heading()}\n${sorted.map((s) => `${s.trimEnd()}\n`).join('\n')}`);
}

function heading(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `# Results

Made by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpu?.model ?? 'unknown CPU'}, ${cpus().length} cores, ${memory} GiB, ${platform()}, Node ${process.versions.node}. Each ratio is ours to the named peer's, in turns in one run.
`;
}

function table(name: string, figures: readonly Figure[]): string {
  const number = (value: number | undefined, unit: string): string =>
    value === undefined || Number.isNaN(value)
      ? ''
      : `${value < 10 ? value.toFixed(2) : Math.round(value)} ${unit}`;
  const rows = figures.map(
    (f) =>
      `| ${f.figure} | ${number(f.value, f.unit)} | ${number(f.peer, f.unit)} | ${f.ratio?.toFixed(2) ?? ''} | ${f.goal} | ${f.ok ? 'yes' : '**no**'} |`,
  );
  return `## ${name}\n\n| figure | ours | peer | ratio | goal | met |\n|---|---:|---:|---:|---|---|\n${rows.join('\n')}\n`;
}
