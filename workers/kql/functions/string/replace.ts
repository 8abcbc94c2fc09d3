import { type Sql, sql, str } from '../../emit/sql.ts';
import {
  type CallContext,
  type Example,
  type FunctionEntry,
  type SqlArg,
  scalar,
} from '../define.ts';
import { isArray } from '../value/dynamic.ts';
import { ofTexts } from '../value/forms.ts';
import { jsRegex, re2Pattern } from '../value/regex.ts';
import { asText, constantText } from '../value/sql.ts';
import { textOf } from '../value/text.ts';

/** RE2 refuses a backslash before anything but a digit or a backslash; the service takes it as it is. */
const rewriteText = (text: string): string => text.replace(/\\(?![\d\\])/g, '\\\\');

function replaceRegexSql(
  source: SqlArg,
  pattern: SqlArg,
  rewrite: SqlArg,
  context: CallContext,
): Sql | undefined {
  const regex = constantText(pattern);
  const text = constantText(rewrite);
  if (regex === undefined || text === undefined) return undefined;
  return sql`regexp_replace(${asText(source, context)}, ${str(re2Pattern(regex))}, ${str(rewriteText(text))}, 'g')`;
}

/** An empty match right behind another match is none to RE2, while it is one to JavaScript. */
function replaceRegex(source: string, pattern: string, rewrite: string): string {
  let end = -1;
  return source.replace(jsRegex(pattern, 'g'), (...match: unknown[]) => {
    const whole = String(match[0]);
    const start = Number(match.find((part) => typeof part === 'number'));
    if (whole === '' && start === end) return '';
    end = start + whole.length;
    return rewrite.replace(/\\(\d|\\)/g, (_, group: string) => {
      if (group === '\\') return '\\';
      const text = match[Number(group)];
      return typeof text === 'string' ? text : '';
    });
  });
}

/**
 * Page "replace_strings()": earlier lookups take their matches first, and what is replaced is not looked at again.
 * A replacement that is no string leaves what it would replace.
 */
function replaceStrings(
  text: string,
  lookups: readonly string[],
  rewrites: readonly string[],
): string {
  let parts: { readonly text: string; readonly done: boolean }[] = [{ text, done: false }];
  lookups.forEach((lookup, i) => {
    if (lookup === '') return;
    const rewrite = { text: rewrites[i] ?? '', done: true };
    parts = parts.flatMap((part) => {
      if (part.done || !part.text.includes(lookup)) return [part];
      return part.text
        .split(lookup)
        .flatMap((piece, n) =>
          n === 0 ? [{ text: piece, done: false }] : [rewrite, { text: piece, done: false }],
        );
    });
  });
  return parts.map((p) => p.text).join('');
}

/** `trim`: one match at each end is taken away. */
function trimming(
  name: string,
  ends: { readonly start: boolean; readonly end: boolean },
  examples: readonly Example[],
): FunctionEntry {
  return scalar(
    name,
    {
      sql: ([pattern, source], context) => {
        const regex = constantText(pattern);
        if (!source || regex === undefined) return undefined;
        if (regex === '') return asText(source, context);
        const body = re2Pattern(regex);
        let text = asText(source, context);
        if (ends.start) text = sql`regexp_replace(${text}, ${str(`\\A(?:${body})`)}, '')`;
        if (ends.end) text = sql`regexp_replace(${text}, ${str(`(?:${body})\\z`)}, '')`;
        return text;
      },
      js: {
        call: ([pattern, source]) => {
          let text = String(source);
          if (ends.start) text = text.replace(jsRegex(`\\A(?:${pattern})`), '');
          if (ends.end) text = text.replace(jsRegex(`(?:${pattern})\\z`), '');
          return text;
        },
      },
    },
    examples,
  );
}

export const replacing: readonly FunctionEntry[] = [
  scalar(
    'replace_regex',
    {
      sql: ([source, pattern, rewrite], context) =>
        source && pattern && rewrite
          ? replaceRegexSql(source, pattern, rewrite, context)
          : undefined,
      js: { call: ([s, p, r]) => replaceRegex(String(s), String(p), String(r)) },
    },
    [
      { kql: String.raw`replace_regex("one two", @"(\w+)", @"[\1]")`, result: '[one] [two]' },
      { kql: 'replace_regex("ababab", "(ab)+", "X")', result: 'X' },
      { kql: 'replace_regex("baac", "a*", "-")', result: '-b-c-' },
      {
        kql: String.raw`replace_regex("Number is 1", @"is (\d+)", @"was: \1")`,
        result: 'Number was: 1',
      },
    ],
  ),
  scalar(
    'replace',
    {
      sql: ([pattern, rewrite, source], context) =>
        source && pattern && rewrite
          ? replaceRegexSql(source, pattern, rewrite, context)
          : undefined,
      js: { call: ([p, r, s]) => replaceRegex(String(s), String(p), String(r)) },
    },
    [{ kql: String.raw`replace(@"(\d)", @"<\1>", "a1")`, result: 'a<1>' }],
  ),
  scalar(
    'replace_string',
    {
      sql: ([source, lookup, rewrite], context) => {
        if (!source || !lookup || !rewrite) return undefined;
        const text = asText(source, context);
        if (constantText(lookup) === '') return text;
        return sql`replace(${text}, ${asText(lookup, context)}, ${asText(rewrite, context)})`;
      },
      js: ofTexts((text = '', lookup = '', rewrite = '') =>
        lookup === '' ? text : text.replaceAll(lookup, () => rewrite),
      ),
    },
    [
      { kql: 'replace_string("a cat, a cat", "cat", "dog")', result: 'a dog, a dog' },
      { kql: 'replace_string("abc", "", "_")', result: 'abc' },
    ],
  ),
  scalar(
    'replace_strings',
    {
      js: {
        nulls: 'pass',
        call: ([source, lookups, rewrites]) => {
          if (!isArray(lookups) || !isArray(rewrites)) return String(source);
          const from = lookups.map((l) => textOf(l, 'dynamic'));
          const to = from.map((l, i) => {
            const rewrite = rewrites[i];
            return typeof rewrite === 'string' ? rewrite : l;
          });
          return replaceStrings(String(source), from, to);
        },
      },
    },
    [
      {
        kql: 'replace_strings("a cat into a dog", dynamic(["cat", "dog"]), dynamic(["dog", "pigeon"]))',
        result: 'a dog into a pigeon',
      },
      {
        kql: 'replace_strings("This is", dynamic(["This", "is"]), dynamic(["This", "was"]))',
        result: 'This was',
      },
      {
        kql: 'replace_strings("This is", dynamic(["is", "This"]), dynamic(["was", "This"]))',
        result: 'Thwas was',
      },
    ],
  ),
  trimming('trim', { start: true, end: true }, [
    { kql: 'trim("--", "--https://bing.com--")', result: 'https://bing.com' },
    { kql: 'trim("x", "xxabcxx")', result: 'xabcx' },
    { kql: String.raw`trim(@"\s+", "  a b ")`, result: 'a b' },
    { kql: 'trim("x", "x")', result: '' },
  ]),
  trimming('trim_start', { start: true, end: false }, [
    { kql: String.raw`trim_start(@"[^\w]+", "-  Te st1// $")`, result: 'Te st1// $' },
  ]),
  trimming('trim_end', { start: false, end: true }, [
    { kql: 'trim_end(".com", "bing.com")', result: 'bing' },
    { kql: String.raw`trim_end(@"\s+", " a ")`, result: ' a' },
  ]),
];
