import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { javaWithSdk } from '../../scripts/sdk/java.ts';
import { pythonWithSdk } from '../../scripts/sdk/python.ts';
import { type Server, startServer } from './support/server.ts';

const PAGE = readFileSync(new URL('../../docs/connect.md', import.meta.url), 'utf8');
/** Below node_modules, so that the packages of this project are found. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));

interface Snippet {
  readonly language: string;
  readonly code: string;
}

const snippets: readonly Snippet[] = [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', code = '']) => ({ language, code }),
);

/** How to run a file with a snippet, by language. */
const RUN: Readonly<
  Record<
    string,
    {
      readonly file: string;
      readonly command: (path: string) => readonly string[] | { readonly missing: string };
    }
  >
> = {
  sh: {
    file: 'connect.sh',
    command: (path) => (process.platform === 'win32' ? { missing: 'no shell' } : ['sh', path]),
  },
  js: { file: 'connect.mjs', command: (path) => [process.execPath, path] },
  python: {
    file: 'connect.py',
    command: (path) => {
      const prepared = pythonWithSdk();
      return 'missing' in prepared ? prepared : [prepared.python, path];
    },
  },
  java: {
    file: 'Connect.java',
    command: (path) => {
      const prepared = javaWithSdk();
      return 'missing' in prepared ? prepared : ['java', '-cp', prepared.classPath, path];
    },
  },
};

let server: Server;
let folder: string;

beforeAll(async () => {
  mkdirSync(CACHE, { recursive: true });
  folder = mkdtempSync(join(CACHE, 'snippets-'));
  server = await startServer();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server?.stop();
});

describe('the page "Connect from code"', () => {
  it('has snippets for the shell and for three SDKs', () => {
    expect(new Set(snippets.map(({ language }) => language))).toEqual(new Set(Object.keys(RUN)));
  });

  it.for(snippets)(
    'holds a snippet of $language that does what it says',
    async ({ language, code }, context) => {
      const way = RUN[language];
      if (!way) throw new Error(`no way to run ${language}`);
      const path = join(folder, way.file);
      const command = way.command(path);
      if ('missing' in command) return context.skip(command.missing);
      writeFileSync(path, code);
      const { out, errors } = await run(command, {
        CALYPSO_URL: server.url,
        CALYPSO_TOKEN: server.token,
        CALYPSO_CLIENT_URL: server.clientUrl,
      });
      expect(out, errors).toMatch(/\b600000\b/);
    },
  );
});

function run(
  [command = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly out: string; readonly errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env } });
    let out = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', () => resolve({ out, errors }));
  });
}
