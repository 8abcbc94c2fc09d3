import { type FunctionEntry, scalar } from '../define.ts';
import { textOf } from '../value/text.ts';

/** The fields of the first record (RFC 4180). */
export function firstRecord(text: string): readonly string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    let field = '';
    if (text.charAt(at) === '"') {
      at++;
      for (;;) {
        const quote = text.indexOf('"', at);
        field += text.slice(at, quote < 0 ? text.length : quote);
        at = quote < 0 ? text.length : quote + 1;
        if (quote < 0 || text.charAt(at) !== '"') break;
        field += '"';
        at++;
      }
    }
    const rest = /[^,\r\n]*/y;
    rest.lastIndex = at;
    field += rest.exec(text)?.[0] ?? '';
    at = rest.lastIndex;
    fields.push(field);
    if (text.charAt(at) !== ',') return fields;
    at++;
  }
}

export const csv: readonly FunctionEntry[] = [
  scalar(
    'parse_csv',
    {
      coerce: false,
      js: {
        nulls: 'pass',
        call: ([text], [type]) => firstRecord(textOf(text ?? null, type ?? 'string')),
      },
    },
    [
      {
        kql: `parse_csv('aa,"b,b,b",cc,"say ""hi"""')`,
        result: '["aa","b,b,b","cc","say \\"hi\\""]',
      },
      { kql: String.raw`parse_csv('record1,a\nrecord2,x')`, result: '["record1","a"]' },
      { kql: `parse_csv('a,,')`, result: '["a","",""]' },
    ],
  ),
];
