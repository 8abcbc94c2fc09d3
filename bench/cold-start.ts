import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StartedHost, startHost } from '../scripts/start/host.ts';
import { type Figure, isEntry, median, printFigures } from './ingest-figures.ts';
import { withScreen } from './screen.ts';

/** From nothing to the first answer and to an editor that takes keys; what a host holds that has nothing to do. */

const ROUNDS = 3;
const IDLE_MS = 5_000;

async function stop(host: StartedHost): Promise<void> {
  const ended = new Promise((resolve) => host.process.once('exit', resolve));
  host.process.kill('SIGTERM');
  await ended;
}

async function answered(host: StartedHost): Promise<void> {
  const answer = await fetch(new URL('/v2/rest/query', host.url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(host.token === undefined ? {} : { authorization: `Bearer ${host.token}` }),
    },
    body: JSON.stringify({ db: 'Samples', csl: 'print 42' }),
  });
  if (!(await answer.text()).includes('42')) throw new Error('the host gave another answer');
}

async function hostFigures(): Promise<Figure[]> {
  const times: number[] = [];
  let idle = Number.NaN;
  for (let round = 0; round < ROUNDS; round++) {
    const folder = await mkdtemp(join(tmpdir(), 'calypso-bench-cold-'));
    const start = performance.now();
    const host = await startHost(folder, ['--port', '0']);
    try {
      await answered(host);
      times.push(performance.now() - start);
      if (round === ROUNDS - 1) {
        await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
        const text = await readFile(`/proc/${host.process.pid}/status`, 'utf8').catch(() => '');
        idle = Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1] ?? Number.NaN) / 1000;
      }
    } finally {
      await stop(host);
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }
  return [
    {
      figure: 'calypso serve on an empty folder, to the first answer',
      value: median(times),
      unit: 'ms',
      goal: 'recorded',
      ok: true,
    },
    { figure: 'memory of an idle host', value: idle, unit: 'MB', goal: 'recorded', ok: true },
  ];
}

async function pageFigure(): Promise<Figure> {
  const times: number[] = [];
  await withScreen(async (workbench, page) => {
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      await page.reload();
      await workbench.ready();
      await workbench.editor.focus();
      times.push(performance.now() - start);
    }
  });
  return {
    figure: 'the page, to an editor that takes keys',
    value: median(times),
    unit: 'ms',
    goal: 'recorded',
    ok: true,
  };
}

export async function run(): Promise<Figure[]> {
  return [...(await hostFigures()), await pageFigure()];
}

if (isEntry(import.meta.url)) printFigures(await run());
