import { describe, expect, it } from 'vitest';
import { hideSecrets } from './hide-secrets.ts';

describe('hideSecrets', () => {
  it.each([
    ['T | where k == h"secret"', 'T | where k == h"***"'],
    [`externaldata(a:int)[h'https://x/?sig=abc']`, `externaldata(a:int)[h'***']`],
    ['print H@"c:\\se""cret"', 'print H@"***"'],
    ["print h'a\\'b'", "print h'***'"],
    ['print h```one\ntwo```, 1', 'print h```***```, 1'],
    ['print h"never closed\nT | take 1', 'print h"***"\nT | take 1'],
  ])('%s', (text, hidden) => {
    expect(hideSecrets(text)).toBe(hidden);
  });

  it.each([
    [
      'externaldata(a:long)["https://x.blob.core.windows.net/c/f.csv;KEY"]',
      'externaldata(a:long)["https://x.blob.core.windows.net/c/f.csv;***"]',
    ],
    ["print @'https://h/f?a=1&sig=KEY&b=2'", "print @'https://h/f?a=1&sig=***&b=2'"],
    [
      "('abfss://c@x/p;sharedkey=KEY', 'http://h/plain')",
      "('abfss://c@x/p;***', 'http://h/plain')",
    ],
  ])('takes the keys out of the addresses in %s', (text, shown) => {
    expect(hideSecrets(text)).toBe(shown);
  });

  it.each([
    'print "a h", "b"',
    'print strcat("oh", "x")',
    '// h"comment"\nT',
    'print \'h"x"\'',
    'let smooth = "x"; print smooth',
    'print @"c:\\h", "d"',
  ])('leaves %s as it is', (text) => {
    expect(hideSecrets(text)).toBe(text);
  });
});
