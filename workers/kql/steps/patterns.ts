/** A text and the number of rows that have it. */
export interface ValueCount {
  readonly text: string;
  readonly count: bigint;
}

/** Texts of one pattern. */
export interface PatternGroup {
  readonly pattern: string;
  readonly count: bigint;
  /** One of the texts; empty where the group is what belongs to no other. */
  readonly representative: string;
  readonly values: readonly string[];
}

interface Cluster {
  readonly first: Terms;
  /** The terms that all its texts share; undefined stands for anything. */
  readonly fixed: (string | undefined)[];
  count: bigint;
  readonly values: string[];
}

/** A text as terms with what stands before each of them, and behind the last. */
interface Terms {
  readonly text: string;
  readonly terms: readonly string[];
  readonly gaps: readonly string[];
}

const OTHERS = 'others';
/** Clusters that share a term with a text and are looked at for it; more would make the work quadratic. */
const MOST_CANDIDATES = 256;

/** Terms are runs of ASCII letters and digits without the separators that the query names. */
function termsOf(text: string, separators: ReadonlySet<string>): Terms {
  const terms: string[] = [];
  const gaps: string[] = [''];
  for (const c of text) {
    if (/[0-9A-Za-z]/.test(c) && !separators.has(c)) {
      if (terms.length < gaps.length) terms.push('');
      terms[terms.length - 1] += c;
    } else {
      if (terms.length === gaps.length) gaps.push('');
      gaps[gaps.length - 1] += c;
    }
  }
  if (gaps.length === terms.length) gaps.push('');
  return { text, terms, gaps };
}

/** What is left of the gap between a star and its neighbour: named separators belong to the star. */
function patternText(
  { text, terms, gaps }: Terms,
  fixed: readonly (string | undefined)[],
  separators: ReadonlySet<string>,
): string {
  if (fixed.every((t) => t !== undefined)) return text;
  const kept = (gap: string): string => [...gap].filter((c) => !separators.has(c)).join('');
  let made = '';
  for (let i = 0; i <= terms.length; i++) {
    const gap = gaps[i] ?? '';
    const beside =
      (i > 0 && fixed[i - 1] === undefined) || (i < terms.length && fixed[i] === undefined);
    made += beside ? kept(gap) : gap;
    if (i < terms.length) made += fixed[i] ?? '*';
  }
  return made.replace(/\*{2,}/g, '*');
}

/**
 * Groups texts by the terms that they share at the same places (page "reduce operator"): a text goes to the group
 * that it has the largest part of its terms in common with, if that part reaches the threshold. A text that shares
 * nothing stands for itself if it comes more than once; the rest are `others`. The page describes no more than this
 * and its examples; the service's own choice between near groups is not published.
 *
 * @param values different texts, in the order in which they are to found groups
 * @param threshold least part of the terms that a text shares with its group, 0…1
 * @param characters separators between terms, beside all that is no ASCII letter or digit
 */
export function groupsOf(
  values: readonly ValueCount[],
  threshold: number,
  characters: string,
): PatternGroup[] {
  const separators = new Set(characters);
  const total = values.reduce((sum, v) => sum + v.count, 0n);
  const rows = new Map<string, bigint>();
  const clusters: Cluster[] = [];
  const index = new Map<string, Cluster[]>();
  const placeOf = (length: number, at: number, term: string): string => `${length} ${at} ${term}`;
  for (const { text, count } of values) {
    const terms = termsOf(text, separators);
    const { length } = terms.terms;
    terms.terms.forEach((term, at) => {
      const place = placeOf(length, at, term);
      rows.set(place, (rows.get(place) ?? 0n) + count);
    });
    const found = nearest(terms, threshold, (at, term) => index.get(placeOf(length, at, term)));
    if (found) {
      terms.terms.forEach((term, at) => {
        if (found.fixed[at] !== term) found.fixed[at] = undefined;
      });
      found.count += count;
      found.values.push(text);
      continue;
    }
    const cluster: Cluster = { first: terms, fixed: [...terms.terms], count, values: [text] };
    clusters.push(cluster);
    terms.terms.forEach((term, at) => {
      const place = placeOf(length, at, term);
      const there = index.get(place);
      if (there) there.push(cluster);
      else index.set(place, [cluster]);
    });
  }
  const groups: PatternGroup[] = [];
  const others: Cluster[] = [];
  for (const cluster of clusters) {
    const alone = cluster.values.length === 1;
    if (alone && cluster.count === 1n && values.length > 1) {
      others.push(cluster);
      continue;
    }
    const { first } = cluster;
    // A lone text is shown by those of its terms that are frequent among all texts, where some are.
    const frequent = first.terms.map((term, at) =>
      Number(rows.get(placeOf(first.terms.length, at, term)) ?? 0n) >= threshold * Number(total)
        ? term
        : undefined,
    );
    const fixed = alone && frequent.some((t) => t !== undefined) ? frequent : cluster.fixed;
    groups.push({
      pattern: patternText(first, fixed, separators),
      count: cluster.count,
      representative: first.text,
      values: cluster.values,
    });
  }
  groups.sort((a, b) => (a.count > b.count ? -1 : a.count < b.count ? 1 : 0));
  if (others.length > 0)
    groups.push({
      pattern: OTHERS,
      count: others.reduce((sum, o) => sum + o.count, 0n),
      representative: '',
      values: others.flatMap((o) => o.values),
    });
  return groups;
}

function nearest(
  { terms }: Terms,
  threshold: number,
  at: (place: number, term: string) => readonly Cluster[] | undefined,
): Cluster | undefined {
  let best: Cluster | undefined;
  let most = 0;
  const seen = new Set<Cluster>();
  for (let place = 0; place < terms.length; place++) {
    for (const cluster of at(place, terms[place] ?? '') ?? []) {
      if (seen.has(cluster)) continue;
      if (seen.size >= MOST_CANDIDATES) return best;
      seen.add(cluster);
      const shared = terms.filter((term, i) => cluster.fixed[i] === term).length;
      if (shared > most && shared / terms.length >= threshold) {
        most = shared;
        best = cluster;
      }
    }
  }
  return best;
}
