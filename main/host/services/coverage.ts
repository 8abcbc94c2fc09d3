import type { CoverageInfo } from '../../../common/contract/worker.ts';
import { COMMANDS } from '../commands/index.ts';
import { meaninglessReason } from '../commands/meaningless.ts';
import type { HostContext } from '../context.ts';

/** Commands of the documentation that Kusto.Language doesn't know (`workers/kql/commands/own-grammar.ts`). */
const OWN_COMMANDS: readonly string[] = [
  'PurgeTable',
  'PurgeTableRecords',
  'ShowColumns',
  'ShowDatabaseEntities',
  'ShowPurges',
  'ShowStoredQueryResult',
];

/** What the query worker reports of the language, with the host's own commands. */
export async function coverage({ queryWorker }: HostContext): Promise<CoverageInfo> {
  const info = await queryWorker.call('engine.coverage', {});
  const here = Object.keys(COMMANDS);
  const own = OWN_COMMANDS.filter((name) => here.includes(name));
  const names = [
    ...new Set([...info.commands.implemented, ...info.commands.missing, ...own]),
  ].sort();
  const away = names.filter((name) => !here.includes(name));
  const reasons = away.map((name) => [name, meaninglessReason(name)] as const);
  return {
    ...info,
    commands: {
      implemented: names.filter((name) => here.includes(name)),
      meaningless: Object.fromEntries(
        reasons.flatMap(([name, reason]) => (reason === undefined ? [] : [[name, reason]])),
      ),
      missing: reasons.flatMap(([name, reason]) => (reason === undefined ? [name] : [])),
    },
  };
}
