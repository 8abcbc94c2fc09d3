import type { KqlType } from '../../../../common/types/kql-type.ts';
import { type Example, type FunctionEntry, scalar, type Value } from '../define.ts';
import { convertValue } from '../value/convert.ts';
import { isArray } from '../value/dynamic.ts';
import { quoteRegex } from '../value/regex.ts';
import { textOf } from '../value/text.ts';

const MAX_CODE_POINT = 0x10ffff;

function fromCodePoints(args: readonly Value[], types: readonly KqlType[]): string {
  let text = '';
  args.forEach((arg, i) => {
    for (const item of isArray(arg) ? arg : [arg]) {
      const code = convertValue(item, isArray(arg) ? 'dynamic' : (types[i] ?? 'long'), 'long');
      if (typeof code === 'bigint' && code >= 0n && code <= MAX_CODE_POINT)
        text += String.fromCodePoint(Number(code));
    }
  });
  return text;
}

function toText(name: string, examples: readonly Example[]): FunctionEntry {
  return scalar(name, { coerce: false, js: { nulls: 'pass', call: fromCodePoints } }, examples);
}

function fromText(name: string, examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      js: {
        nulls: 'pass',
        call: ([value], types) =>
          [...textOf(value ?? null, types[0] ?? 'string')].map((c) =>
            BigInt(c.codePointAt(0) ?? 0),
          ),
      },
    },
    examples,
  );
}

/** Page "translate()": the last replacement letter stands for all that are missing; none at all deletes. */
function translate(from: string, to: string, source: string): string {
  const search = [...from];
  const replacement = [...to];
  const last = replacement.at(-1) ?? '';
  const map = new Map<string, string>();
  search.forEach((letter, i) => {
    if (!map.has(letter)) map.set(letter, replacement[i] ?? last);
  });
  let text = '';
  for (const letter of source) text += map.get(letter) ?? letter;
  return text;
}

export const codepoints: readonly FunctionEntry[] = [
  fromText('unicode_codepoints_from_string', [
    { kql: 'unicode_codepoints_from_string("Kusto")', result: '[75,117,115,116,111]' },
    { kql: 'unicode_codepoints_from_string("😀")', result: '[128512]' },
  ]),
  fromText('to_utf8', [{ kql: 'to_utf8("ab")', result: '[97,98]' }]),
  toText('unicode_codepoints_to_string', [
    { kql: 'unicode_codepoints_to_string(75, 117, 115, 116, 111)', result: 'Kusto' },
    { kql: 'unicode_codepoints_to_string(dynamic([75, 117, 115]), 116, 111)', result: 'Kusto' },
  ]),
  toText('make_string', [{ kql: 'make_string(75, dynamic([117, 115]))', result: 'Kus' }]),
  scalar(
    'translate',
    { js: { call: ([from, to, source]) => translate(String(from), String(to), String(source)) } },
    [
      { kql: "translate('krasp', 'otsku', 'spark')", result: 'kusto' },
      { kql: "translate('abc', 'x', 'abc')", result: 'xxx' },
      { kql: "translate('abc', '', 'ab')", result: '' },
    ],
  ),
  scalar(
    'regex_quote',
    {
      coerce: false,
      js: {
        nulls: 'pass',
        call: ([value], [type]) => quoteRegex(textOf(value ?? null, type ?? 'string')),
      },
    },
    [{ kql: "regex_quote('(so$me.Te^xt)')", result: String.raw`\(so\$me\.Te\^xt\)` }],
  ),
];
