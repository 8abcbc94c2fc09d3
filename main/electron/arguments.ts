import { isAbsolute, resolve } from 'node:path';

export interface ShellArguments {
  /** Where the data lies, if it was said. */
  readonly dataFolder?: string;
  /** Files to be opened, as absolute paths. */
  readonly files: readonly string[];
}

/**
 * What somebody typed or what the system passes with a double click, relative to `folder`. Switches of
 * Chromium and the path of the application are left out; whether a file exists is not looked at.
 */
export function parseArguments(
  args: readonly string[],
  folder: string,
  application?: string,
): ShellArguments {
  const files: string[] = [];
  let dataFolder: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] ?? '';
    if (argument === '--data') dataFolder = args[++i];
    else if (argument.startsWith('--data=')) dataFolder = argument.slice('--data='.length);
    else if (argument !== '' && argument !== '.' && !argument.startsWith('-')) {
      const file = absolute(argument, folder);
      if (file !== application) files.push(file);
    }
  }
  return dataFolder ? { files, dataFolder: absolute(dataFolder, folder) } : { files };
}

function absolute(path: string, folder: string): string {
  return isAbsolute(path) ? path : resolve(folder, path);
}
