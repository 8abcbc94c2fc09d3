import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { type FoundImport, readImports } from './read-imports.ts';
import { PACKAGES, ROOMS, type Room, TEST_FILE, TEST_PACKAGES } from './rooms.ts';

export interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface Problem {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** Checks the imports of all files against the table of rooms. Says everything that is wrong, not the first. */
export function checkImports(files: readonly SourceFile[]): Problem[] {
  const known = new Set(files.map((file) => file.path));
  return files.flatMap((file) => checkFile(file, known));
}

/** Names of the packages that the files import. */
export function importedPackages(files: readonly SourceFile[]): Set<string> {
  const names = new Set<string>();
  for (const file of files)
    for (const found of readImports(file.path, file.text).imports)
      if (!found.specifier.startsWith('.') && !isBuiltin(found.specifier))
        names.add(packageName(found.specifier));
  return names;
}

function checkFile(file: SourceFile, known: ReadonlySet<string>): Problem[] {
  const room = roomOf(file.path);
  const problems: Problem[] = [];
  const report = (line: number, message: string): void => {
    problems.push({ path: file.path, line, message });
  };
  if (!room) {
    report(1, 'lies in no room: add its folder to scripts/imports/rooms.ts');
    return problems;
  }
  const found = readImports(file.path, file.text);
  for (const error of found.errors) report(1, error);
  // What only runs on a developer's machine may choose what it loads.
  if (!['tests/', 'bench/'].includes(room.path))
    for (const line of found.computed)
      report(line, 'imports a computed name, which nobody can check');
  for (const item of found.imports) {
    const message = item.specifier.startsWith('.')
      ? checkOwn(file, room, item, known)
      : checkForeign(file, room, item);
    if (message !== undefined) report(item.line, message);
  }
  return problems;
}

function checkOwn(
  file: SourceFile,
  room: Room,
  item: FoundImport,
  known: ReadonlySet<string>,
): string | undefined {
  const specifier = item.specifier.replace(/\?.*$/, '');
  const target = posix.normalize(posix.join(posix.dirname(file.path), specifier));
  if (target.startsWith('../')) return `imports ${item.specifier}, outside of the repository`;
  if (target === 'package.json') return undefined;
  if (/\.tsx?$/.test(target) && !known.has(target)) return `imports ${target}, which doesn't exist`;
  const targetRoom = roomOf(target);
  if (!targetRoom) return `imports ${target}, which lies in no room`;
  if (TEST_FILE.test(target)) return `imports the test ${target}`;
  const between = betweenFeatures(file.path, target);
  if (between) return between;
  if (targetRoom.path === room.path) return undefined;
  if (reaches(room.may, target)) return undefined;
  if (item.typeOnly && reaches(room.types ?? [], target)) return undefined;
  if (reaches(room.types ?? [], target)) return `may import only types of ${target}`;
  // A test beside the code may use what the tests share.
  if (TEST_FILE.test(file.path) && target.startsWith('tests/')) return undefined;
  return `${room.path} may not import ${target}`;
}

/** A feature reaches another only through its index.ts. */
function betweenFeatures(from: string, to: string): string | undefined {
  const feature = /^renderer\/features\/([^/]+)\//;
  const mine = feature.exec(from)?.[1];
  const theirs = feature.exec(to)?.[1];
  if (theirs === undefined || mine === theirs) return undefined;
  if (mine === undefined && !from.startsWith('renderer/')) return undefined;
  if (/^renderer\/features\/[^/]+\/(index|commands)\.tsx?$/.test(to)) return undefined;
  return `reaches into the feature ${theirs}: import its index.ts`;
}

function checkForeign(file: SourceFile, room: Room, item: FoundImport): string | undefined {
  const isTest = TEST_FILE.test(file.path);
  if (isBuiltin(item.specifier)) {
    if (!item.specifier.startsWith('node:')) return `write node:${item.specifier}`;
    return room.node === true || isTest
      ? undefined
      : `${room.path} may not import Node (${item.specifier})`;
  }
  const name = packageName(item.specifier);
  if (isTest && TEST_PACKAGES.includes(name)) return undefined;
  const places = PACKAGES[name];
  if (!places) return `imports the package ${name}, which scripts/imports/rooms.ts doesn't list`;
  if (name === 'electron' && file.path === 'main/electron/host-process.ts')
    return 'runs in the utility process and may not import electron';
  return reaches(places, file.path)
    ? undefined
    : `may not import ${name}: it belongs to ${places.join(', ')}`;
}

function roomOf(path: string): Room | undefined {
  let best: Room | undefined;
  for (const room of ROOMS)
    if (reaches([room.path], path) && room.path.length > (best?.path.length ?? 0)) best = room;
  return best;
}

function reaches(places: readonly string[], path: string): boolean {
  return places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));
}

function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}
