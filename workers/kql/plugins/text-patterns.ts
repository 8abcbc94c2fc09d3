import type { Row, StepContext } from '../plan/plan.ts';
import type { Plugin } from './define.ts';
import { numberValue, onlyExpressions, plugin, tableStep } from './rows.ts';

/** A token, or undefined where any token may stand. */
type Slot = string | undefined;

/** Where a pattern is found: rows, each with the place of the pattern's first token. */
interface Places {
  readonly rows: readonly number[];
  readonly starts: readonly number[];
}

export interface TextPattern {
  readonly slots: readonly Slot[];
  readonly rows: readonly number[];
}

interface Side {
  /** Rows of which the condition is true, and all others. */
  readonly isTrue: readonly boolean[];
  readonly totals: { readonly true: number; readonly false: number };
}

/** A token belongs to a pattern if it stands at its place in this share of the pattern's rows. */
const AGREEMENT = 0.9;
const MOST_SEEDS = 400;
/** Places without a common token that a pattern may step over. */
const WIDEST_GAP = 20;
const MOST_PATTERNS = 200;

function counts(rows: readonly number[], side: Side): { true: number; false: number } {
  let n = 0;
  for (const row of rows) if (side.isTrue[row]) n++;
  return { true: n, false: rows.length - n };
}

function difference(rows: readonly number[], side: Side): number {
  const found = counts(rows, side);
  return found.true / (side.totals.true || 1) - found.false / (side.totals.false || 1);
}

/** First place of each token in each row. */
function tokenPlaces(texts: readonly (readonly string[])[]): Map<string, Places> {
  const found = new Map<string, { rows: number[]; starts: number[] }>();
  texts.forEach((tokens, row) => {
    const seen = new Set<string>();
    tokens.forEach((token, at) => {
      if (seen.has(token)) return;
      seen.add(token);
      const places = found.get(token) ?? { rows: [], starts: [] };
      found.set(token, places);
      places.rows.push(row);
      places.starts.push(at);
    });
  });
  return found;
}

/** The token that nearly all of the places have at an offset; `end` where nearly all texts have ended. */
function common(
  texts: readonly (readonly string[])[],
  places: Places,
  offset: number,
): { readonly token: Slot; readonly inside: number } {
  const tally = new Map<string, number>();
  let inside = 0;
  places.rows.forEach((row, i) => {
    const token = texts[row]?.[(places.starts[i] ?? 0) + offset];
    if (token === undefined) return;
    inside++;
    tally.set(token, (tally.get(token) ?? 0) + 1);
  });
  let best: Slot;
  let most = 0;
  for (const [token, n] of tally) if (n > most) [best, most] = [token, n];
  return { token: most >= places.rows.length * AGREEMENT ? best : undefined, inside };
}

function keep(
  texts: readonly (readonly string[])[],
  places: Places,
  offset: number,
  token: string,
): Places {
  const rows: number[] = [];
  const starts: number[] = [];
  places.rows.forEach((row, i) => {
    const start = places.starts[i] ?? 0;
    if (texts[row]?.[start + offset] !== token) return;
    rows.push(row);
    starts.push(start);
  });
  return { rows, starts };
}

/** A seed with the tokens that its rows have in common before and behind it. */
function grown(
  texts: readonly (readonly string[])[],
  seed: string,
  from: Places,
  mostTokens: number,
): TextPattern {
  let places = from;
  const slots = new Map<number, string>([[0, seed]]);
  for (const direction of [1, -1]) {
    let gap = 0;
    for (let offset = direction; slots.size < mostTokens && gap < WIDEST_GAP; offset += direction) {
      const { token, inside } = common(texts, places, offset);
      if (inside < places.rows.length * AGREEMENT) break;
      if (token === undefined) {
        gap++;
        continue;
      }
      gap = 0;
      slots.set(offset, token);
      places = keep(texts, places, offset, token);
    }
  }
  const first = Math.min(...slots.keys());
  const last = Math.max(...slots.keys());
  return {
    slots: Array.from({ length: last - first + 1 }, (_, i) => slots.get(first + i)),
    rows: places.rows,
  };
}

/**
 * Runs of tokens, with wildcards between, that one of the two sets of rows has more often than the other (page
 * "diffpatterns_text plugin"). Each begins as one token and takes in what its rows have in common around it.
 */
export function textPatterns(
  texts: readonly (readonly string[])[],
  isTrue: readonly boolean[],
  limits: { readonly least: number; readonly threshold: number; readonly most: number },
  check: () => void = () => undefined,
): TextPattern[] {
  const trues = isTrue.filter(Boolean).length;
  const side: Side = { isTrue, totals: { true: trues, false: isTrue.length - trues } };
  const seeds = [...tokenPlaces(texts)]
    .map(([token, places]) => ({
      token,
      places,
      difference: Math.abs(difference(places.rows, side)),
    }))
    .filter((s) => s.difference >= limits.threshold)
    .sort((a, b) => b.difference - a.difference || (a.token < b.token ? -1 : 1))
    .slice(0, MOST_SEEDS);
  const found = new Map<string, TextPattern>();
  for (const { token, places } of seeds) {
    check();
    // The rows that make the difference say what belongs to the pattern.
    const more = difference(places.rows, side) > 0;
    const own = places.rows.flatMap((row, i) => (isTrue[row] === more ? [i] : []));
    const narrowed: Places = {
      rows: own.map((i) => places.rows[i] ?? 0),
      starts: own.map((i) => places.starts[i] ?? 0),
    };
    const pattern = grown(texts, token, narrowed, limits.most);
    if (pattern.slots.filter((s) => s !== undefined).length < limits.least) continue;
    const name = printed(pattern);
    if (found.has(name)) continue;
    const rows = texts.flatMap((tokens, row) => (matches(tokens, pattern.slots) ? [row] : []));
    if (Math.abs(difference(rows, side)) >= limits.threshold)
      found.set(name, { slots: pattern.slots, rows });
  }
  return withoutTwins([...found.values()], side);
}

function matches(tokens: readonly string[], slots: readonly Slot[]): boolean {
  const first = slots[0];
  for (let at = 0; at + slots.length <= tokens.length; at++) {
    if (tokens[at] !== first) continue;
    if (slots.every((slot, i) => slot === undefined || tokens[at + i] === slot)) return true;
  }
  return false;
}

/** Of patterns that say the same of nearly the same rows, the longest; the most telling first. */
function withoutTwins(patterns: readonly TextPattern[], side: Side): TextPattern[] {
  const kept: (TextPattern & { readonly set: ReadonlySet<number> })[] = [];
  const sorted = [...patterns].sort(
    (a, b) =>
      Math.abs(difference(b.rows, side)) - Math.abs(difference(a.rows, side)) ||
      b.slots.length - a.slots.length,
  );
  for (const pattern of sorted) {
    const twin = kept.some(({ set, rows }) => {
      const both = pattern.rows.filter((row) => set.has(row)).length;
      return both >= AGREEMENT * Math.max(pattern.rows.length, rows.length);
    });
    if (!twin) kept.push({ ...pattern, set: new Set(pattern.rows) });
    if (kept.length >= MOST_PATTERNS) break;
  }
  return kept.map(({ slots, rows }) => ({ slots, rows }));
}

export const printed = ({ slots }: Pick<TextPattern, 'slots'>): string =>
  slots.map((slot) => slot ?? '*').join(' ');

const share = (part: number, whole: number): number =>
  whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 100;

const diffpatternsText: Plugin = plugin('diffpatterns_text', (call, columns) => {
  const limits = {
    least: Math.max(0, numberValue(call, 2, 1)),
    threshold: numberValue(call, 3, 0.05),
    most: Math.max(1, numberValue(call, 4, 20)),
  };
  const input = onlyExpressions(call.input, [call.expr(0), call.expr(1)]);
  return tableStep('diffpatterns_text', [input], columns, ([rows], context: StepContext) => {
    const texts = (rows ?? []).map((row) =>
      String(row[0] ?? '')
        .split(/\s+/)
        .filter((t) => t !== ''),
    );
    const isTrue = (rows ?? []).map((row) => row[1] === true);
    const trues = isTrue.filter(Boolean).length;
    return textPatterns(texts, isTrue, limits, context.check).map((pattern): Row => {
      const hits = pattern.rows.filter((row) => isTrue[row]).length;
      const others = pattern.rows.length - hits;
      return [
        BigInt(hits),
        BigInt(others),
        share(hits, trues),
        share(others, isTrue.length - trues),
        printed(pattern),
      ];
    });
  });
});

export const textPatternPlugins: readonly Plugin[] = [diffpatternsText];
