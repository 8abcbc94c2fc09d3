import { TOOLS } from './rooms.ts';

export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Each dependency of package.json is imported by some file or is a known tool, and has a line in
 * docs/dependencies.md. `imported` are the names that the sources import.
 */
export function checkDependencies(
  manifest: {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
  },
  imported: ReadonlySet<string>,
  documentation: string,
): string[] {
  const problems: string[] = [];
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  for (const name of names) {
    if (!imported.has(name) && !(name in TOOLS))
      problems.push(`package.json: nothing imports ${name}; remove it`);
    if (!documentation.includes(`\`${name}\``))
      problems.push(`docs/dependencies.md: no line for ${name}`);
  }
  for (const name of imported)
    if (!names.includes(name)) problems.push(`package.json: ${name} is imported but not listed`);
  for (const name of Object.keys(TOOLS))
    if (!names.includes(name))
      problems.push(`scripts/imports/rooms.ts: ${name} is not in package.json`);
  return problems;
}

/** A path of the machine that somebody works on means nothing to anybody else. */
export function checkMachinePaths(files: readonly TextFile[], places: readonly string[]): string[] {
  const problems: string[] = [];
  for (const file of files)
    file.text.split('\n').forEach((line, index) => {
      for (const place of places)
        if (line.includes(place))
          problems.push(`${file.path}:${index + 1}: names a path of this machine (${place})`);
    });
  return problems;
}
