/**
 * The rooms of the house and what each may import (ARCHITECTURE.md). A file that lies in none of them is an
 * error, so a new folder has to say what it is before it can be used.
 */
export interface Room {
  /** A folder (with `/`) or one file. The longest match wins. */
  readonly path: string;
  /** Folders or files of the house that may be imported. The room itself always may. */
  readonly may: readonly string[];
  /** Of these only types may be imported. */
  readonly types?: readonly string[];
  /** Node's own modules. */
  readonly node?: boolean;
}

const CONTRACT_OF_SHELL = ['common/contract/shell.ts', 'common/contract/shell-channels.ts'];

export const ROOMS: readonly Room[] = [
  { path: 'common/', may: [] },

  { path: 'workers/kql/', may: ['common/'] },
  { path: 'workers/runtime/', may: ['common/'], node: true },
  { path: 'workers/store/', may: ['common/'], node: true },
  { path: 'workers/ingest/', may: ['common/', 'workers/store/', 'workers/runtime/'], node: true },
  {
    path: 'workers/engine/',
    may: ['common/', 'workers/store/', 'workers/runtime/', 'workers/kql/'],
    node: true,
  },

  { path: 'main/host/', may: ['common/'], node: true },
  { path: 'main/headless.ts', may: ['common/', 'main/host/'], node: true },
  { path: 'main/cli/', may: ['common/', 'main/host/', 'main/headless.ts'], node: true },
  {
    path: 'main/electron/',
    // Where the data lies is one rule for all faces, and needs nothing of the host.
    may: ['common/', 'main/host/catalog/data-folder.ts'],
    types: ['main/host/'],
    node: true,
  },
  // Runs in the utility process: it is the composition root there, and knows nothing of Electron's modules.
  {
    path: 'main/electron/host-process.ts',
    may: ['common/', 'main/host/'],
    types: ['main/electron/messages.ts'],
    node: true,
  },
  { path: 'preload/', may: CONTRACT_OF_SHELL, types: ['common/contract/'] },

  {
    path: 'renderer/main.tsx',
    may: ['common/', 'renderer/app/', 'renderer/client/', 'renderer/ui/'],
  },
  {
    path: 'renderer/app/',
    may: [
      'common/',
      'renderer/features/',
      'renderer/grid/',
      'renderer/charts/',
      'renderer/client/',
      'renderer/ui/',
    ],
  },
  {
    path: 'renderer/features/',
    may: ['common/', 'renderer/grid/', 'renderer/charts/', 'renderer/client/', 'renderer/ui/'],
  },
  { path: 'renderer/grid/', may: ['common/', 'renderer/client/', 'renderer/ui/'] },
  { path: 'renderer/charts/', may: ['common/', 'renderer/client/', 'renderer/ui/'] },
  { path: 'renderer/client/', may: ['common/'] },
  { path: 'renderer/ui/', may: ['common/'] },

  { path: 'scripts/', may: ['common/', 'workers/', 'main/', 'tests/e2e/'], node: true },
  {
    path: 'bench/',
    may: ['common/', 'workers/', 'main/', 'scripts/', 'tests/'],
    types: ['renderer/'],
    node: true,
  },
  {
    path: 'tests/',
    may: ['common/', 'workers/', 'main/', 'preload/', 'renderer/', 'scripts/'],
    node: true,
  },
  { path: 'forge.config.ts', may: ['scripts/'], node: true },
  { path: 'vite.config.ts', may: ['scripts/'], node: true },
  { path: 'vitest.config.ts', may: [], node: true },
  { path: 'playwright.config.ts', may: ['scripts/', 'tests/'], node: true },
];

/** Tests that lie beside the code reach as far as their room does, and use these too. */
export const TEST_FILE = /\.test\.tsx?$/;

/** Where each package may be imported: folders or files. Packages of tools that only run are in TOOLS. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@azure/event-hubs': ['workers/ingest/sources/event-hubs/'],
  '@duckdb/node-api': ['workers/store/', 'workers/engine/', 'workers/ingest/', 'bench/', 'tests/'],
  '@electron-forge/plugin-fuses': ['forge.config.ts'],
  '@electron-forge/shared-types': ['forge.config.ts'],
  '@electron/fuses': ['forge.config.ts'],
  '@fluentui/react-components': ['renderer/'],
  '@fluentui/react-icons': ['renderer/'],
  '@kusto/language-service-next': ['workers/kql/syntax/', 'renderer/features/editor/'],
  '@playwright/test': ['tests/', 'scripts/', 'bench/', 'playwright.config.ts'],
  '@vitejs/plugin-react': ['vite.config.ts'],
  'apache-arrow': ['common/arrow/', 'workers/engine/', 'workers/ingest/formats/arrow/', 'tests/'],
  '@azure/identity': ['workers/ingest/storage/'],
  '@azure/storage-blob': ['workers/ingest/storage/', 'tests/', 'bench/', 'scripts/'],
  '@azure/storage-queue': ['workers/ingest/storage/', 'tests/', 'scripts/'],
  aws4fetch: ['workers/ingest/storage/', 'tests/'],
  'fast-xml-parser': ['workers/ingest/storage/'],
  avsc: ['workers/ingest/formats/avro/'],
  'azure-kusto-data': ['tests/sdk/'],
  'azure-kusto-ingest': ['tests/sdk/'],
  'better-sqlite3': ['main/host/catalog/'],
  electron: ['main/electron/', 'preload/', 'tests/electron/'],
  kafkajs: ['workers/ingest/sources/kafka/', 'tests/', 'bench/', 'scripts/'],
  'mqtt-packet': ['workers/ingest/sources/mqtt/'],
  'fast-check': ['tests/'],
  fflate: ['workers/kql/functions/encoding/'],
  'geographiclib-geodesic': ['workers/kql/functions/geo/'],
  'h3-js': ['workers/kql/functions/geo/'],
  pg: ['workers/ingest/sinks/postgres/', 'tests/', 'scripts/'],
  'polyclip-ts': ['workers/kql/functions/geo/'],
  protobufjs: ['workers/ingest/formats/protobuf/'],
  rhea: ['tests/'],
  s2js: ['workers/kql/functions/geo/'],
  'flexlayout-react': ['renderer/app/'],
  'monaco-editor': ['renderer/features/editor/'],
  'plotly.js': ['renderer/charts/'],
  react: ['renderer/'],
  'react-dom': ['renderer/'],
  vite: ['scripts/', 'vite.config.ts'],
  vitest: ['vitest.config.ts', 'tests/'],
  ws: ['main/headless.ts', 'main/host/transport/', 'tests/'],
  yauzl: ['workers/ingest/', 'tests/'],
  yazl: ['workers/engine/'],
  zod: ['common/contract/', 'main/', 'workers/', 'tests/'],
  zustand: ['renderer/'],
};

/** Packages that no file imports: they run as commands, are named in a configuration, or hold types. */
export const TOOLS: Readonly<Record<string, string>> = {
  '@biomejs/biome': 'package.json: lint, format',
  '@electron-forge/cli': 'package.json: package, make',
  '@electron-forge/maker-deb': 'forge.config.ts, by name',
  '@electron-forge/maker-dmg': 'forge.config.ts, by name',
  '@electron-forge/maker-squirrel': 'forge.config.ts, by name',
  '@electron-forge/maker-zip': 'forge.config.ts, by name',
  '@types/better-sqlite3': 'types',
  '@types/node': 'types',
  '@types/pg': 'types',
  '@types/plotly.js': 'types',
  '@types/react': 'types',
  '@types/react-dom': 'types',
  '@types/ws': 'types',
  '@types/yauzl': 'types',
  '@types/yazl': 'types',
  azurite: 'scripts/dev/azurite.ts starts it',
  node: 'runs everything',
  typescript: 'package.json: typecheck',
  'uap-core': 'workers/engine/user-agent-rules.ts reads its rules',
};

/** What test files beside the code may import whatever their room is. */
export const TEST_PACKAGES: readonly string[] = ['vitest', 'fast-check'];
