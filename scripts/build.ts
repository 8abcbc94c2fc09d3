import { buildTargets } from './build/index.ts';
import { TARGET_NAMES, type TargetName } from './build/targets.ts';

/** `npm run build [-- window|shell|host …] [--force]` */
const args = process.argv.slice(2);
const isTarget = (name: string): name is TargetName =>
  TARGET_NAMES.some((target) => target === name);
const unknown = args.filter((arg) => arg !== '--force' && !isTarget(arg));
if (unknown.length > 0) {
  console.error(`build: unknown ${unknown.join(', ')}; known are ${TARGET_NAMES.join(', ')}`);
  process.exitCode = 2;
} else {
  const targets = args.filter(isTarget);
  try {
    await buildTargets({
      targets: targets.length > 0 ? targets : TARGET_NAMES,
      force: args.includes('--force'),
      log: (line) => console.log(`build: ${line}`),
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
