import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, isFresh, markFresh } from './fresh.ts';
import { TARGETS, type TargetName } from './targets.ts';

const root = join(import.meta.dirname, '..', '..');

export interface BuildOptions {
  readonly targets: readonly TargetName[];
  /** Build even what is up to date. */
  readonly force?: boolean;
  readonly log: (line: string) => void;
}

/** Makes each target that is not up to date with its inputs. */
export async function buildTargets(options: BuildOptions): Promise<void> {
  for (const name of options.targets) {
    const target = TARGETS[name];
    const outFolder = join(root, target.outFolder);
    const digest = digestOf(root, target.inputs);
    if (!options.force && isFresh(outFolder, digest)) {
      options.log(`${target.title}: up to date`);
      continue;
    }
    const started = performance.now();
    rmSync(outFolder, { recursive: true, force: true });
    await target.run(root);
    markFresh(outFolder, digest);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    options.log(`${target.title}: built ${target.outFolder} in ${seconds} s`);
  }
}
