import type { CoverageInfo } from '../../../common/contract/worker.ts';
import { COMMANDS } from '../commands/index.ts';
import type { HostContext } from '../context.ts';

/** What the query worker reports of the language, with the host's own commands. */
export async function coverage({ queryWorker }: HostContext): Promise<CoverageInfo> {
  const info = await queryWorker.call('engine.coverage', {});
  const names = [...info.commands.implemented, ...info.commands.missing].sort();
  const here = new Set(Object.keys(COMMANDS));
  return {
    ...info,
    commands: {
      implemented: names.filter((name) => here.has(name)),
      meaningless: info.commands.meaningless,
      missing: names.filter((name) => !here.has(name)),
    },
  };
}
