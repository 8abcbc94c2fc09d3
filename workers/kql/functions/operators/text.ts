import { bool, call, type Sql, sql, str } from '../../emit/sql.ts';
import {
  type CallContext,
  type Example,
  type FunctionEntry,
  type SqlArg,
  scalar,
} from '../define.ts';
import { lower, ofTexts } from '../value/forms.ts';
import { jsRegex, quoteRegex, re2Pattern } from '../value/regex.ts';
import { asText, constantText, once } from '../value/sql.ts';

/** Terms are runs of letters and digits, of any script (page "String operators"). */
const TERM = String.raw`\pL\pN`;
const START = `(?:^|[^${TERM}])`;
const END = `(?:$|[^${TERM}])`;

export interface TermTest {
  /** Which ends of the needle must be ends of a term. */
  readonly start: boolean;
  readonly end: boolean;
  readonly caseSensitive: boolean;
}

/** What `has` asks for. */
export const WHOLE_TERM: TermTest = { start: true, end: true, caseSensitive: false };

const LETTER = /[\p{L}\p{N}]/u;

/** A text and a term in TypeScript. */
export function hasWord(text: string, term: string, test: TermTest): boolean {
  if (term === '') return true;
  const t = test.caseSensitive ? text : lower(text);
  const part = test.caseSensitive ? term : lower(term);
  const start = test.start && startsInTerm(part);
  const end = test.end && endsInTerm(part);
  for (let at = t.indexOf(part); at >= 0; at = t.indexOf(part, at + 1)) {
    const before = start && LETTER.test([...t.slice(Math.max(0, at - 2), at)].at(-1) ?? '');
    const after = end && LETTER.test([...t.slice(at + part.length, at + part.length + 2)][0] ?? '');
    if (!before && !after) return true;
  }
  return false;
}

const startsInTerm = (text: string): boolean => /^[\p{L}\p{N}]/u.test(text);
const endsInTerm = (text: string): boolean => /[\p{L}\p{N}]$/u.test(text);

function termPattern(term: string, test: TermTest): string {
  const start = test.start && startsInTerm(term) ? START : '';
  const end = test.end && endsInTerm(term) ? END : '';
  return `${test.caseSensitive ? '' : '(?i)'}${start}${quoteRegex(term)}${end}`;
}

/**
 * Whole terms. The substring test comes first: it is many times faster than any pattern and rejects most rows,
 * so that the pattern sees only candidates.
 */
export function hasTerm(text: Sql, term: string, test: TermTest): Sql {
  if (term === '') return bool(true);
  const candidate = containsText(text, str(term), test.caseSensitive);
  const bounded = (test.start && startsInTerm(term)) || (test.end && endsInTerm(term));
  if (!bounded) return candidate;
  return sql`CASE WHEN ${candidate} THEN regexp_matches(${text}, ${str(termPattern(term, test))}) ELSE false END`;
}

/** The same for a term that is known only when the query runs. */
export function hasTermOf(text: Sql, term: Sql, test: TermTest): Sql {
  const edge = (wanted: boolean, first: string, pattern: string): Sql =>
    wanted
      ? sql`CASE WHEN regexp_matches(${term}, ${str(first)}) THEN ${str(pattern)} ELSE '' END`
      : str('');
  const pattern = sql`${str(test.caseSensitive ? '' : '(?i)')} || ${edge(test.start, `^[${TERM}]`, START)} || regexp_escape(${term}) || ${edge(test.end, `[${TERM}]$`, END)}`;
  return sql`CASE WHEN ${containsText(text, term, test.caseSensitive)} THEN regexp_matches(${text}, ${pattern}) ELSE false END`;
}

function containsText(text: Sql, part: Sql, caseSensitive: boolean): Sql {
  return caseSensitive
    ? sql`contains(${text}, ${part})`
    : sql`contains(lower(${text}), lower(${part}))`;
}

interface Test {
  readonly sql: (text: SqlArg, part: SqlArg, context: CallContext) => Sql;
  readonly js: (text: string, part: string) => boolean;
}

const termTest = (test: TermTest): Test => ({
  sql: (text, part, context) => {
    const term = constantText(part);
    return once(asText(text, context), (t) =>
      term === undefined
        ? once(asText(part, context), (p) => hasTermOf(t, p, test))
        : hasTerm(t, term, test),
    );
  },
  js: (text, part) => hasWord(text, part, test),
});

type Place = 'contains' | 'starts_with' | 'ends_with';

const AT: Readonly<Record<Place, (text: string, part: string) => boolean>> = {
  contains: (text, part) => text.includes(part),
  starts_with: (text, part) => text.startsWith(part),
  ends_with: (text, part) => text.endsWith(part),
};

const simple = (name: Place, caseSensitive: boolean): Test => ({
  sql: (text, part, context) => {
    const t = asText(text, context);
    const p = asText(part, context);
    return caseSensitive ? call(name, t, p) : call(name, call('lower', t), call('lower', p));
  },
  js: (text, part) => (caseSensitive ? AT[name](text, part) : AT[name](lower(text), lower(part))),
});

const equalFolded: Test = {
  sql: (text, part, context) =>
    sql`(lower(${asText(text, context)}) = lower(${asText(part, context)}))`,
  js: (text, part) => lower(text) === lower(part),
};

function pairOf(
  name: string,
  negated: string,
  test: Test,
  examples: readonly Example[],
  negatedExamples: readonly Example[],
): readonly FunctionEntry[] {
  return [
    scalar(
      name,
      {
        coerce: false,
        sql: ([a, b], context) => (a && b ? test.sql(a, b, context) : undefined),
        js: ofTexts((text = '', part = '') => test.js(text, part)),
      },
      examples,
    ),
    scalar(
      negated,
      {
        coerce: false,
        sql: ([a, b], context) => (a && b ? sql`(NOT ${test.sql(a, b, context)})` : undefined),
        js: ofTexts((text = '', part = '') => !test.js(text, part)),
      },
      negatedExamples,
    ),
  ];
}

const yes = (kql: string): Example => ({ kql, result: 'True' });
const no = (kql: string): Example => ({ kql, result: 'False' });

const matchRegex = scalar(
  'op_MatchRegex',
  {
    coerce: false,
    sql: ([text, pattern], context) => {
      const known = constantText(pattern);
      if (!text || known === undefined) return undefined;
      return sql`regexp_matches(${asText(text, context)}, ${str(re2Pattern(known))})`;
    },
    js: { call: ([text, pattern]) => jsRegex(String(pattern)).test(String(text)) },
  },
  [
    yes('"Fabrikam" matches regex "b.*k"'),
    yes(String.raw`"2020-01-02" matches regex @"^\d{4}-\d{2}-\d{2}$"`),
    yes(String.raw`"１２" matches regex @"^\d+$"`),
    no('"alpha" matches regex "[A-Z]"'),
  ],
);

export const textOperators: readonly FunctionEntry[] = [
  ...pairOf(
    'op_EqualTilde',
    'op_BangTilde',
    equalFolded,
    [yes('"abc" =~ "ABC"'), yes('"Straße" =~ "straße"'), no('"STRASSE" =~ "straße"')],
    [yes('"aBc" !~ "xyz"'), no('"É" !~ "é"')],
  ),
  ...pairOf(
    'op_Has',
    'op_NotHas',
    termTest({ start: true, end: true, caseSensitive: false }),
    [
      yes('"North America" has "america"'),
      no('"category" has "cat"'),
      yes('"1_2_3" has "2"'),
      yes('"foo.bar.baz" has "BAR"'),
      no('"ПриветМир" has "привет"'),
      yes('"abc" has ""'),
    ],
    [yes('"North America" !has "amer"'), no('"a b" !has " "')],
  ),
  ...pairOf(
    'op_HasCs',
    'op_NotHasCs',
    termTest({ start: true, end: true, caseSensitive: true }),
    [yes('"North America" has_cs "America"'), no('"North America" has_cs "america"')],
    [yes('"North America" !has_cs "amer"')],
  ),
  ...pairOf(
    'op_HasPrefix',
    'op_NotHasPrefix',
    termTest({ start: true, end: false, caseSensitive: false }),
    [yes('"North America" hasprefix "ame"'), no('"scatter" hasprefix "cat"')],
    [yes('"North America" !hasprefix "mer"')],
  ),
  ...pairOf(
    'op_HasPrefixCs',
    'op_NotHasPrefixCs',
    termTest({ start: true, end: false, caseSensitive: true }),
    [yes('"North America" hasprefix_cs "Ame"')],
    [yes('"North America" !hasprefix_cs "CA"')],
  ),
  ...pairOf(
    'op_HasSuffix',
    'op_NotHasSuffix',
    termTest({ start: false, end: true, caseSensitive: false }),
    [yes('"North America" hassuffix "ica"'), no('"North America" hassuffix "americ"')],
    [yes('"North America" !hassuffix "americ"')],
  ),
  ...pairOf(
    'op_HasSuffixCs',
    'op_NotHasSuffixCs',
    termTest({ start: false, end: true, caseSensitive: true }),
    [yes('"North America" hassuffix_cs "ica"')],
    [yes('"North America" !hassuffix_cs "icA"')],
  ),
  ...pairOf(
    'op_Contains',
    'op_NotContains',
    simple('contains', false),
    [yes('"FabriKam" contains "BRik"'), yes('"abc" contains ""')],
    [yes('"Fabrikam" !contains "xyz"')],
  ),
  ...pairOf(
    'op_ContainsCs',
    'op_NotContainsCs',
    simple('contains', true),
    [yes('"FabriKam" contains_cs "Kam"'), no('"FabriKam" contains_cs "kam"')],
    [yes('"Fabrikam" !contains_cs "Kam"')],
  ),
  ...pairOf(
    'op_StartsWith',
    'op_NotStartsWith',
    simple('starts_with', false),
    [yes('"Fabrikam" startswith "fab"')],
    [yes('"Fabrikam" !startswith "kam"')],
  ),
  ...pairOf(
    'op_StartsWithCs',
    'op_NotStartsWithCs',
    simple('starts_with', true),
    [yes('"Fabrikam" startswith_cs "Fab"')],
    [yes('"Fabrikam" !startswith_cs "fab"')],
  ),
  ...pairOf(
    'op_EndsWith',
    'op_NotEndsWith',
    simple('ends_with', false),
    [yes('"Fabrikam" endswith "Kam"')],
    [yes('"Fabrikam" !endswith "brik"')],
  ),
  ...pairOf(
    'op_EndsWithCs',
    'op_NotEndsWithCs',
    simple('ends_with', true),
    [yes('"Fabrikam" endswith_cs "kam"')],
    [yes('"Fabrikam" !endswith_cs "brik"')],
  ),
  matchRegex,
];
