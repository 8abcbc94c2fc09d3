import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { compression } from './compress.ts';
import { fromPunycode, toPunycode } from './punycode.ts';

describe('base64', () => {
  it('gives back what it took, at all lengths', () => {
    for (let n = 0; n < 70; n++) {
      const bytes = Uint8Array.from({ length: n }, (_, i) => (i * 37 + n) & 255);
      expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
    }
  });
  it.each(['abc', 'ab=c', '!!!!', 'é==='])('refuses %s', (text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });
});

/** RFC 3492, section 7.1. */
it.each([
  ['ليهمابتكلموشعربي؟', 'egbpdaj6bu4bxfgehfvwxn'],
  ['他们为什么不说中文', 'ihqwcrb4cv8a8dqg056pqjye'],
  ['3年B組金八先生', '3B-ww4c5e180e575a65lsy2b'],
  ['-> $1.00 <-', '-> $1.00 <--'],
])('punycode of %s', (text, code) => {
  expect(toPunycode(text)).toBe(code);
  expect(fromPunycode(code)).toBe(text);
});

it.each(['99999999', 'a-é', 'ab-!'])('no punycode: %s', (text) => {
  expect(fromPunycode(text)).toBeUndefined();
});

describe('gzip and zlib', () => {
  const call = (name: string, text: string): unknown => {
    const entry = compression.find((f) => f.name === name);
    return entry?.kind === 'scalar' ? entry.js?.call([text], ['string'], 'string') : undefined;
  };
  it.each(['gzip', 'zlib'])('%s gives back what it took', (kind) => {
    for (const text of ['', 'a', 'abc'.repeat(50_000), 'é😀']) {
      const packed = call(`${kind}_compress_to_base64_string`, text);
      expect(call(`${kind}_decompress_from_base64_string`, String(packed))).toBe(text);
    }
  });
  it('gives nothing for broken input', () => {
    expect(call('gzip_decompress_from_base64_string', 'H4sIAAAAAAAA/w==')).toBe('');
  });
});
