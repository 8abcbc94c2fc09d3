import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { checkImports, importedPackages } from './imports/check.ts';
import { checkDependencies, checkMachinePaths } from './imports/check-repository.ts';

/** The house's own rules, which no linter knows. Prints what is wrong; exit status 1 if anything is. */
const root = join(import.meta.dirname, '..');

const paths = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  },
)
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const sources = paths
  .filter((path) => /\.[cm]?tsx?$/.test(path) && !path.endsWith('.d.ts'))
  .map((path) => ({ path, text: read(path) }));
const texts = paths
  .filter((path) => /\.([cm]?[jt]sx?|json|md|yml|html|css|sql|kql|sh)$|(^|\/)run$/.test(path))
  .map((path) => ({ path, text: read(path) }));

const machinePlaces = [root, homedir()]
  .filter((place) => dirname(place) !== place)
  .map((place) => `${place}${sep}`);
const documentation = existsSync(join(root, 'docs/dependencies.md'))
  ? read('docs/dependencies.md')
  : '';

const problems = [
  ...checkImports(sources).map((p) => `${p.path}:${p.line}: ${p.message}`),
  ...checkDependencies(JSON.parse(read('package.json')), importedPackages(sources), documentation),
  ...checkMachinePaths(texts, machinePlaces),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(`${problems.length} problem(s) with the rules of the house`);
  process.exitCode = 1;
} else console.log(`imports: ${sources.length} files keep the rules of the house`);
