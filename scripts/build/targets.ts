import { join } from 'node:path';
import { build, type InlineConfig } from 'vite';
import { fileUrls } from './file-urls.ts';

export const TARGET_NAMES = ['window', 'shell', 'host'] as const;
export type TargetName = (typeof TARGET_NAMES)[number];

export interface Target {
  readonly title: string;
  /** From the root of the repository. */
  readonly outFolder: string;
  readonly inputs: readonly string[];
  run(root: string): Promise<void>;
}

const COMMON_INPUTS = ['package-lock.json', 'scripts/build', 'common'] as const;

/** A slow machine is nothing that the person who starts the program has to act on. */
const QUIET = { pluginTimings: false };

export const TARGETS: Readonly<Record<TargetName, Target>> = {
  window: {
    title: 'window',
    outFolder: 'dist/renderer',
    inputs: [...COMMON_INPUTS, 'renderer', 'vite.config.ts'],
    async run(root) {
      await build({
        configFile: join(root, 'vite.config.ts'),
        logLevel: 'warn',
        build: { rolldownOptions: { checks: QUIET } },
        worker: { rolldownOptions: { checks: QUIET } },
      });
    },
  },
  shell: {
    title: 'desktop shell',
    outFolder: 'dist/electron',
    inputs: [...COMMON_INPUTS, 'main/electron', 'main/host/catalog/data-folder.ts', 'preload'],
    async run(root) {
      const outDir = join(root, 'dist/electron');
      // Two bundles, because a sandboxed preload can't load a second file.
      await build(nodeBundle(root, outDir, { main: 'main/electron/index.ts' }, 'cjs'));
      await build(nodeBundle(root, outDir, { preload: 'preload/index.ts' }, 'cjs'));
    },
  },
  host: {
    title: 'host and workers',
    outFolder: 'dist/host',
    inputs: [...COMMON_INPUTS, 'main/host', 'main/electron/host-process.ts', 'workers'],
    async run(root) {
      const outDir = join(root, 'dist/host');
      const input = { 'host-process': 'main/electron/host-process.ts' };
      await build(nodeBundle(root, outDir, input, 'es'));
    },
  },
};

/**
 * Code that runs in Node. In ES form packages stay outside: native ones can't be bundled, and all of them
 * are shipped anyway. In CJS form everything but Electron is bundled.
 */
function nodeBundle(
  root: string,
  outDir: string,
  input: Readonly<Record<string, string>>,
  format: 'es' | 'cjs',
): InlineConfig {
  return {
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [fileUrls(outDir)],
    ssr: { external: ['electron'], noExternal: format === 'cjs' ? true : [] },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input: Object.fromEntries(
          Object.entries(input).map(([name, path]) => [name, join(root, path)]),
        ),
        output: {
          format,
          entryFileNames: format === 'cjs' ? '[name].cjs' : '[name].js',
          chunkFileNames: '[name]-[hash].js',
        },
      },
    },
  };
}
