import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, startServer } from './server.ts';

/** A program in another language that drives its SDK and says for each case how it went. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

interface Verdict {
  readonly case: string;
  readonly ok: boolean;
  readonly error?: string;
}

const BLANK = { ok: false, error: 'the program did not come to this case' };

/**
 * Runs a program against a server of its own; each case is a test. The program gets the endpoint, the token and the
 * address with the token in it, and prints one JSON object per case: `{"case", "ok", "error"}`.
 */
export function describeSuite(
  name: string,
  prepared: Program | { readonly missing: string },
  cases: readonly string[],
): void {
  describe(name, () => {
    if ('missing' in prepared) {
      it.for(cases)('%s', (_case, context) => context.skip(prepared.missing));
      return;
    }
    let server: Server;
    const verdicts = new Map<string, Verdict>();
    let said = '';

    beforeAll(async () => {
      server = await startServer();
      said = await run(prepared, server, verdicts);
    });
    afterAll(() => server?.stop());

    it.each(cases)('%s', (which) => {
      const { ok, error } = verdicts.get(which) ?? { ...BLANK, error: `${BLANK.error}\n${said}` };
      expect(error ?? '').toBe('');
      expect(ok).toBe(true);
    });

    it('says nothing of cases that are not listed', () => {
      expect([...verdicts.keys()].filter((found) => !cases.includes(found))).toEqual([]);
    });
  });
}

/** Resolves to what the program said on stderr, for the reader of a failure. */
function run(
  { command, args, env }: Program,
  { url, token, clientUrl }: Server,
  verdicts: Map<string, Verdict>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args, url, token, clientUrl], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', () => {
      for (const line of out.split('\n')) {
        if (!line.startsWith('{"case"')) continue;
        const verdict = JSON.parse(line) as Verdict;
        verdicts.set(verdict.case, verdict);
      }
      resolve(errors);
    });
  });
}
