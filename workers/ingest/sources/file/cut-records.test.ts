import { describe, expect, it } from 'vitest';
import { DIALECTS } from '../../formats/separated/dialects.ts';
import { type Cutting, cutRecords } from './cut-records.ts';
import { isRotated } from './head.ts';

function cut(
  text: string | Buffer,
  cutting: Partial<Cutting> = {},
  atEnd = false,
): { readonly records: [number, string][]; readonly consumed: number } {
  const { records, consumed } = cutRecords(
    Buffer.from(text as string),
    { encoding: 'utf-8', ...cutting },
    atEnd,
  );
  return {
    records: records.map(({ at, value }) => [at, Buffer.from(value).toString()]),
    consumed,
  };
}

describe('cutRecords', () => {
  it('cuts at line ends and leaves half a line', () => {
    expect(cut('a\r\n\nbc\nhal')).toEqual({
      records: [
        [0, 'a'],
        [4, 'bc'],
      ],
      consumed: 7,
    });
    expect(cut('a\nhal', {}, true)).toEqual({
      records: [
        [0, 'a'],
        [2, 'hal'],
      ],
      consumed: 5,
    });
  });

  it('knows line ends inside of quotes, and quotes that are none', () => {
    const { csv: dialect } = DIALECTS;
    expect(cut('1,"a\nb ""c"""\n2,5" pipe\n3,"open\n', { dialect })).toEqual({
      records: [
        [0, '1,"a\nb ""c"""'],
        [14, '2,5" pipe'],
      ],
      consumed: 24,
    });
  });

  it('finds line ends of UTF-16 where other characters hold their bytes', () => {
    // U+0A0A and U+010A have a byte 0A.
    const text = '\u0a0a\u010a\nb\n';
    const little = Buffer.from(text, 'utf16le');
    const expected = {
      records: [
        [0, '\u0a0a\u010a'],
        [6, 'b'],
      ],
      consumed: 10,
    };
    expect(cut(little, { encoding: 'utf-16le' })).toEqual(expected);
    expect(cut(Buffer.from(little).swap16(), { encoding: 'utf-16be' })).toEqual(expected);
  });

  it('keeps lines of a record together until the next one begins', () => {
    const start = /^\d/;
    expect(cut('1 a\n b\n2 c\n d\n', { start })).toEqual({
      records: [[0, '1 a\n b']],
      consumed: 7,
    });
    expect(cut('2 c\n d\n', { start }, true)).toEqual({ records: [[0, '2 c\n d']], consumed: 7 });
  });
});

it.each([
  ['app.log.1', true],
  ['app.log-20260131.gz', true],
  ['app-2026-01-31.log', true],
  ['app.1.log.gz', true],
  ['app.log', false],
  ['app.logs', false],
  ['application.log', false],
  ['app-error.log', false],
])('%s comes of rotating app.log: %s', (name, expected) => {
  expect(isRotated(`/var/log/${name}`, '/var/log/app.log')).toBe(expected);
});
