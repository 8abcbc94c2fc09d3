import { spawnSync } from 'node:child_process';
import { basename, dirname, join } from 'node:path';

const FILE_TYPES = ['.kql', '.csl'] as const;
const CLASS = 'Calypso.Query';
const CLASSES = 'HKCU\\Software\\Classes';

/**
 * Windows' installer starts the application with one of its own switches to let it make its shortcuts and
 * file types, for this person only. True: that is done, and the application should end.
 */
export function handleInstaller(argv: readonly string[], executable: string): boolean {
  if (process.platform !== 'win32') return false;
  const update = join(dirname(executable), '..', 'Update.exe');
  switch (argv[1]) {
    case '--squirrel-install':
    case '--squirrel-updated':
      spawnSync(update, ['--createShortcut', basename(executable)]);
      for (const args of registration(executable)) spawnSync('reg.exe', args);
      return true;
    case '--squirrel-uninstall':
      spawnSync(update, ['--removeShortcut', basename(executable)]);
      for (const args of removal()) spawnSync('reg.exe', args);
      return true;
    case '--squirrel-obsolete':
      return true;
    default:
      return false;
  }
}

/** Arguments of `reg.exe` that offer the application for its file types, without taking them from another. */
export function registration(executable: string): string[][] {
  const value = (key: string, name: string, data: string): string[] => [
    'add',
    `${CLASSES}\\${key}`,
    ...(name === '' ? ['/ve'] : ['/v', name]),
    '/d',
    data,
    '/f',
  ];
  return [
    value(CLASS, '', 'KQL query'),
    value(`${CLASS}\\shell\\open\\command`, '', `"${executable}" "%1"`),
    ...FILE_TYPES.map((type) => value(`${type}\\OpenWithProgids`, CLASS, '')),
  ];
}

export function removal(): string[][] {
  return [
    ['delete', `${CLASSES}\\${CLASS}`, '/f'],
    ...FILE_TYPES.map((type) => [
      'delete',
      `${CLASSES}\\${type}\\OpenWithProgids`,
      '/v',
      CLASS,
      '/f',
    ]),
  ];
}
