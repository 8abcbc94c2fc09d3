import type { Command } from '../../client/command.ts';
import { refresherOf } from './refresher.ts';
import { INTERVALS } from './schedule.ts';

const command = (id: string, title: string, everyMs: number): Command => ({
  id: `refresh.${id}`,
  title,
  category: 'Query',
  when: ({ session }) => session.activeRun() !== undefined,
  run: (services) => refresherOf(services).set(services.session.getState().activeId, everyMs),
});

export const refreshCommands: readonly Command[] = [
  command('off', 'Refresh: no more', 0),
  ...INTERVALS.map(({ ms, label }) =>
    command(`every${ms / 1_000}`, `Refresh: run this tab's query every ${label}`, ms),
  ),
];
