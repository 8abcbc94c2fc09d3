import type { StreamInfo } from '../../../common/contract/stream.ts';
import { nameReference, stringLiteral } from '../../../common/text/kql-literal.ts';
import type { Services } from '../../client/services.ts';
import { streamStore } from './stream-store.ts';
import { told } from './told.ts';

/** Command of the live view, which takes `{database, table}`. */
const LIVE = 'live.open';

/** Does something to a stream; what goes wrong is told, and the tree shows at once what came of it. */
export const doing = (
  services: Services,
  what: string,
  work: () => Promise<unknown>,
): Promise<void> => told(services, what, work, () => streamStore(services).refresh());

export const isStopped = (info: StreamInfo): boolean =>
  info.state === 'paused' || info.state === 'failed';

/** Resumes what stands still, pauses the rest. */
export function pauseOrResume(services: Services, info: StreamInfo): Promise<void> {
  const { name } = info.definition;
  return isStopped(info)
    ? doing(services, `Resume ${name}`, () => services.host.call('streams.resume', { name }))
    : doing(services, `Pause ${name}`, () => services.host.call('streams.pause', { name }));
}

export async function removeStream(services: Services, info: StreamInfo): Promise<void> {
  const { name, table } = info.definition;
  const yes = await services.dialogs.confirm({
    title: `Remove the stream ${name}?`,
    body: `${table} and its rows stay. Where the stream stopped reading and its secret are forgotten, so it can't be resumed.`,
    action: 'Remove stream',
    danger: true,
  });
  if (yes)
    await doing(services, `Remove ${name}`, () => services.host.call('streams.remove', { name }));
}

/** Adds a query to the open tab and runs it. */
export function ask(services: Services, database: string, text: string): void {
  services.commands.execute('explorer.useDatabase', database);
  services.editor.appendBlock(text);
  services.commands.execute('query.run');
}

export const newestRowsQuery = (table: string): string =>
  `${nameReference(table)}\n| top 100 by ingestion_time() desc`;

export const deadLetterTable = (table: string): string => `${table}_deadletter`;

export const deadLettersQuery = ({ name, table }: StreamInfo['definition']): string =>
  `${nameReference(deadLetterTable(table))}\n| where Stream == ${stringLiteral(name)}\n| top 100 by Time desc`;

/** Whether the live view is there, and what opens it. */
export function liveView(
  services: Services,
  database: string,
  table: string,
): (() => void) | undefined {
  return services.commands.commands.some((command) => command.id === LIVE)
    ? () => services.commands.execute(LIVE, { database, table })
    : undefined;
}
