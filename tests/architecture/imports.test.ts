import { describe, expect, it } from 'vitest';
import { checkImports } from '../../scripts/imports/check.ts';
import { checkDependencies, checkMachinePaths } from '../../scripts/imports/check-repository.ts';
import { TOOLS } from '../../scripts/imports/rooms.ts';

/** Messages for one file, among others that exist. */
function check(path: string, text: string, others: readonly string[] = []): string[] {
  const files = [{ path, text }, ...others.map((other) => ({ path: other, text: '' }))];
  return checkImports(files)
    .filter((problem) => problem.path === path)
    .map((problem) => problem.message);
}

describe('a bad import fails', () => {
  const bad: readonly (readonly [string, string, string, RegExp])[] = [
    ['a renderer that imports Node', 'renderer/app/a.ts', "import 'node:fs';", /Node/],
    ['a renderer that imports Electron', 'renderer/app/a.ts', "import 'electron';", /electron/],
    [
      'a renderer that imports the host',
      'renderer/client/a.ts',
      "import { x } from '../../main/host/host.ts';",
      /may not import main\/host/,
    ],
    [
      'a renderer that imports a worker, by a dynamic import',
      'renderer/grid/a.ts',
      "const x = await import('../../workers/kql/compile.ts');",
      /may not import workers\/kql/,
    ],
    ['a worker that imports Electron', 'workers/engine/a.ts', "import 'electron';", /electron/],
    ['the language with Node', 'workers/kql/emit/a.ts', "import 'node:path';", /Node/],
    [
      'the language with DuckDB',
      'workers/kql/emit/a.ts',
      "import type { X } from '@duckdb/node-api';",
      /@duckdb/,
    ],
    [
      'the language with the engine',
      'workers/kql/compile.ts',
      "import { x } from '../engine/run.ts';",
      /may not import workers\/engine/,
    ],
    [
      'Kusto.Language outside of syntax',
      'workers/kql/plan/a.ts',
      "import '@kusto/language-service-next';",
      /belongs to workers\/kql\/syntax/,
    ],
    [
      'SQLite outside of the catalog',
      'main/host/services/tables.ts',
      "import Database from 'better-sqlite3';",
      /belongs to main\/host\/catalog/,
    ],
    [
      'Arrow outside of its folder',
      'renderer/grid/a.ts',
      "import { Table } from 'apache-arrow';",
      /belongs to common\/arrow/,
    ],
    [
      'ingest that imports the engine',
      'workers/ingest/a.ts',
      "import { x } from '../engine/run.ts';",
      /may not import workers\/engine/,
    ],
    [
      'a host that imports the code of a worker',
      'main/host/host.ts',
      "import { x } from '../../workers/engine/run.ts';",
      /may not import workers\/engine/,
    ],
    [
      'a shell that imports the code of the host',
      'main/electron/index.ts',
      "import { createHost } from '../host/host.ts';",
      /only types/,
    ],
    [
      'common that imports anything above it',
      'common/arrow/a.ts',
      "export * from '../../workers/kql/compile.ts';",
      /may not import workers\/kql/,
    ],
    [
      'a feature that reaches into another',
      'renderer/features/editor/a.ts',
      "import { x } from '../results/rows.ts';",
      /import its index.ts/,
    ],
    [
      'a control that knows a feature',
      'renderer/ui/button.tsx',
      "import { x } from '../features/results/index.ts';",
      /may not import renderer\/features/,
    ],
    ['a package that nobody listed', 'main/host/host.ts', "import 'lodash';", /doesn't list/],
    ['a file that lies nowhere', 'renderer/a.ts', '', /lies in no room/],
    ['a computed import', 'main/host/host.ts', 'await import(name);', /computed/],
    ['require', 'renderer/app/a.ts', "const fs = require('node:fs');", /Node/],
    ['an import type', 'common/a.ts', "type X = import('../main/host/host.ts').X;", /main\/host/],
    ['a file that does not exist', 'common/a.ts', "import './b.ts';", /doesn't exist/],
  ];

  it.each(bad)('%s', (_title, path, text, message) => {
    const others = [
      'main/host/host.ts',
      'workers/kql/compile.ts',
      'workers/engine/run.ts',
      'renderer/features/results/rows.ts',
      'renderer/features/results/index.ts',
    ].filter((other) => other !== path);
    const problems = check(path, text, others);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });
});

describe('a good import passes', () => {
  const good: readonly (readonly [string, string, string])[] = [
    [
      'the engine and the language',
      'workers/engine/a.ts',
      "import { x } from '../kql/compile.ts';",
    ],
    ['a type of the host', 'main/electron/a.ts', "import type { Host } from '../host/host.ts';"],
    [
      'the host in the utility process',
      'main/electron/host-process.ts',
      "import { createHost } from '../host/host.ts';",
    ],
    ['a feature by its door', 'renderer/features/a/a.ts', "import { x } from '../b/index.ts';"],
    [
      'Kusto.Language in syntax',
      'workers/kql/syntax/a.ts',
      "import '@kusto/language-service-next';",
    ],
    ['a test and its runner', 'workers/kql/a.test.ts', "import { it } from 'vitest';"],
  ];

  it.each(good)('%s', (_title, path, text) => {
    const others = ['main/host/host.ts', 'workers/kql/compile.ts', 'renderer/features/b/index.ts'];
    expect(check(path, text, others)).toEqual([]);
  });
});

describe('dependencies', () => {
  /** Those that are used by name alone have to be there. */
  const tools = Object.fromEntries(Object.keys(TOOLS).map((name) => [name, '1']));
  const lines = Object.keys(tools)
    .map((name) => `| \`${name}\` |`)
    .join('\n');

  it('accepts what is used and described', () => {
    const manifest = { dependencies: { zod: '4' }, devDependencies: tools };
    expect(checkDependencies(manifest, new Set(['zod']), `${lines}\n\`zod\``)).toEqual([]);
  });

  it('names one that nothing imports', () => {
    const manifest = { dependencies: { zod: '4' }, devDependencies: tools };
    const problems = checkDependencies(manifest, new Set(), `${lines}\n\`zod\``);
    expect(problems).toEqual(['package.json: nothing imports zod; remove it']);
  });

  it('names one that is not described, and one that is not listed', () => {
    const manifest = { dependencies: { zod: '4' }, devDependencies: tools };
    const problems = checkDependencies(manifest, new Set(['zod', 'lodash']), lines);
    expect(problems).toEqual([
      'docs/dependencies.md: no line for zod',
      'package.json: lodash is imported but not listed',
    ]);
  });
});

describe('paths of a machine', () => {
  it('are found with their line', () => {
    const files = [{ path: 'README.md', text: 'one\nsee /home/ann/calypso/data\n' }];
    expect(checkMachinePaths(files, ['/home/ann/'])).toEqual([
      'README.md:2: names a path of this machine (/home/ann/)',
    ]);
    expect(checkMachinePaths(files, ['/home/bob/'])).toEqual([]);
  });
});
