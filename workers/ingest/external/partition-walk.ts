import type { Partition, PathPart } from '../../../common/contract/external.ts';
import type { PruningRange } from '../../../common/contract/store.ts';
import { listAll, type OpenPlace, type StoredFile } from '../storage/place.ts';
import { inParallel } from './in-parallel.ts';
import { mayHoldMoments, mayHoldText } from './may-hold.ts';
import {
  completePath,
  datetimePieces,
  decoded,
  escaped,
  type Moment,
  spanOf,
  UNITS,
  type Unit,
} from './path-format.ts';

/** Requests for listings at a time. */
const LISTINGS = 16;

interface Group {
  readonly partition: Partition;
  /** Absent: the whole value. */
  readonly unit?: Unit | undefined;
}

/** One folder's name of a path format. */
interface Segment {
  readonly pattern: RegExp;
  readonly groups: readonly Group[];
  /** The name with the one value that it holds, if that is all; the name itself where it holds none. */
  readonly spell?: ((value: string) => string) | undefined;
}

interface Found {
  /** '' or ends with `/`. */
  readonly prefix: string;
  readonly moments: ReadonlyMap<string, Moment>;
}

export interface Walk {
  readonly partitions: readonly Partition[];
  readonly pathFormat: readonly PathPart[];
  readonly ranges: readonly PruningRange[];
  /** Names of folders are told by their spelling: where case is no matter to the store, they have to be listed. */
  readonly exactNames: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Files below a prefix whose folders may hold a row within the ranges. Folders are listed level by level as long as
 * a range speaks of a level below; the rest is listed at once. A value that `==` or `in` names is not searched for.
 */
export async function walkPartitions(
  place: OpenPlace,
  root: string,
  walk: Walk,
): Promise<StoredFile[]> {
  const segments = segmentsOf(walk.partitions, walk.pathFormat);
  const exact = { ...walk, finest: finestUnits(segments) };
  const last = segments.findLastIndex(({ groups }) =>
    groups.some(({ partition }) => isAsked(partition, walk.ranges)),
  );
  let level: readonly Found[] = [{ prefix: root, moments: new Map() }];
  for (const segment of segments.slice(0, last + 1))
    level = (
      await inParallel(level, LISTINGS, (found) => below(place, found, segment, exact), walk.signal)
    ).flat();
  const files = await inParallel(
    level,
    LISTINGS,
    async ({ prefix }) => {
      const all: StoredFile[] = [];
      for await (const page of listAll(place, prefix, walk.signal)) all.push(...page);
      return all;
    },
    walk.signal,
  );
  return files.flat();
}

interface Path {
  /** The most exact that the path says of each moment. */
  readonly finest: ReadonlyMap<string, Unit>;
}

function finestUnits(segments: readonly Segment[]): ReadonlyMap<string, Unit> {
  const finest = new Map<string, Unit>();
  for (const { partition, unit } of segments.flatMap((s) => s.groups)) {
    const before = finest.get(partition.name);
    if (unit && (before === undefined || UNITS.indexOf(unit) > UNITS.indexOf(before)))
      finest.set(partition.name, unit);
  }
  return finest;
}

function isAsked({ name, source }: Partition, ranges: readonly PruningRange[]): boolean {
  return (
    source?.function !== 'hash' &&
    ranges.some((r) => r.column === name || r.column === source?.column)
  );
}

async function below(
  place: OpenPlace,
  { prefix, moments }: Found,
  { pattern, groups, spell }: Segment,
  walk: Walk & Path,
): Promise<readonly Found[]> {
  const spelled = spell && spelledNames(groups, spell, walk);
  if (spelled) return spelled.map((name) => ({ prefix: `${prefix}${name}/`, moments }));
  const kept: Found[] = [];
  let next: string | undefined;
  do {
    const page = await place.list(
      { prefix, byLevel: true, ...(next === undefined ? {} : { next }) },
      walk.signal,
    );
    for (const folder of page.prefixes) {
      const match = pattern.exec(folder.slice(prefix.length, -1));
      const known = match && momentsOf(groups, match, moments, walk);
      if (known) kept.push({ prefix: folder, moments: known });
    }
    next = page.next;
  } while (next !== undefined);
  return kept;
}

/** Names that need no listing: those without a value, and of values that all ways to escape leave alone. */
function spelledNames(
  groups: readonly Group[],
  spell: (value: string) => string,
  { ranges, exactNames }: Walk,
): string[] | undefined {
  const [group] = groups;
  if (group === undefined) return exactNames ? [spell('')] : undefined;
  if (!exactNames || group.unit !== undefined || group.partition.type !== 'string')
    return undefined;
  const { name, source } = group.partition;
  const asked = ranges.filter((r) => r.column === name || r.column === source?.column);
  const values = asked.flatMap((r) => (r.values ? [r.values] : []))[0];
  return values?.every((v) => /^[A-Za-z0-9_-]+$/.test(v))
    ? [...new Set(values)].map(spell)
    : undefined;
}

/** What is known of the moments behind a folder; undefined if nothing below it can be wanted. */
function momentsOf(
  groups: readonly Group[],
  match: RegExpExecArray,
  before: ReadonlyMap<string, Moment>,
  { ranges, finest }: Walk & Path,
): ReadonlyMap<string, Moment> | undefined {
  const moments = new Map(before);
  for (const [i, { partition, unit }] of groups.entries()) {
    const text = match[i + 1] ?? '';
    if (unit === undefined) {
      if (!mayHoldText(partition, decoded(text), ranges)) return undefined;
    } else moments.set(partition.name, { ...moments.get(partition.name), [unit]: Number(text) });
  }
  for (const { partition } of groups) {
    const moment = moments.get(partition.name);
    const span = moment && spanOf(moment, finest.get(partition.name) ?? 'second');
    if (span && !mayHoldMoments(partition, span, ranges)) return undefined;
  }
  return moments;
}

function segmentsOf(partitions: readonly Partition[], format: readonly PathPart[]): Segment[] {
  const byName = new Map(partitions.map((p) => [p.name, p]));
  type Piece = { readonly pattern: string; readonly text: string; readonly group?: Group };
  const segments: Piece[][] = [[]];
  const addText = (text: string): void => {
    for (const [i, part] of text.split('/').entries()) {
      if (i > 0) segments.push([]);
      if (part !== '') segments.at(-1)?.push({ pattern: escaped(part), text: part });
    }
  };
  for (const part of completePath(partitions, format)) {
    if (part.kind === 'text') {
      addText(part.text);
      continue;
    }
    const partition = byName.get(part.name);
    if (partition === undefined) continue;
    if (part.kind === 'partition') {
      segments.at(-1)?.push({ pattern: '([^/]*?)', text: '', group: { partition } });
      continue;
    }
    for (const { pattern, unit } of datetimePieces(part.pattern))
      if (unit === undefined) addText(pattern.replace(/\\(.)/g, '$1'));
      else segments.at(-1)?.push({ pattern, text: '', group: { partition, unit } });
  }
  return segments
    .filter((pieces) => pieces.length > 0)
    .map((pieces): Segment => {
      const groups = pieces.flatMap((p) => (p.group ? [p.group] : []));
      return {
        pattern: new RegExp(`^${pieces.map((p) => p.pattern).join('')}$`),
        groups,
        ...(groups.length > 1
          ? {}
          : { spell: (value) => pieces.map((p) => (p.group ? value : p.text)).join('') }),
      };
    });
}
