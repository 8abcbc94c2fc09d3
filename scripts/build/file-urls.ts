import { existsSync, statSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import type { Plugin } from 'vite';

const FILE_URL = /new URL\(\s*(['"])(\.{1,2}\/[^'"]+)\1,\s*import\.meta\.url,?\s*\)/g;

/**
 * Keeps `new URL('…', import.meta.url)` true in a bundle. A TypeScript file becomes an entry of its own
 * beside the bundle (workers are started so); any other file or folder is left where it is and the address
 * leads there from `outFolder`.
 */
export function fileUrls(outFolder: string): Plugin {
  return {
    name: 'calypso:file-urls',
    transform(code, id) {
      if (!/\.ts$/.test(id) || !code.includes('import.meta.url')) return undefined;
      const changed = code.replace(FILE_URL, (_all, _quote, target: string) => {
        const file = resolve(dirname(id), target);
        if (!existsSync(file)) this.error(`${id}: ${target} doesn't exist`);
        if (!file.endsWith('.ts')) return address(addressOf(outFolder, file));
        const fileName = entryName(file);
        this.emitFile({ type: 'chunk', id: file, fileName });
        return address(`./${fileName}`);
      });
      return { code: changed, map: null };
    },
  };
}

function entryName(file: string): string {
  return basename(file).replace(/\.ts$/, '.js');
}

function address(path: string): string {
  return `new URL(${JSON.stringify(path)}, import.meta.url)`;
}

function addressOf(folder: string, file: string): string {
  const path = relative(folder, file).split(sep).join('/');
  return statSync(file).isDirectory() ? `${path}/` : path;
}
