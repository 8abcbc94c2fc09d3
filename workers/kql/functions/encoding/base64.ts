import { sql } from '../../emit/sql.ts';
import { type Example, type FunctionEntry, scalar } from '../define.ts';
import { convertValue, guidOfText } from '../value/convert.ts';
import { isArray } from '../value/dynamic.ts';
import { ofTexts } from '../value/forms.ts';
import { asText } from '../value/sql.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Map([...ALPHABET].map((c, i) => [c.charCodeAt(0), i]));

const strict = new TextDecoder('utf-8', { fatal: true });

export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const n = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += ALPHABET.charAt(n >> 18) + ALPHABET.charAt((n >> 12) & 63);
    text += i + 1 < bytes.length ? ALPHABET.charAt((n >> 6) & 63) : '=';
    text += i + 2 < bytes.length ? ALPHABET.charAt(n & 63) : '=';
  }
  return text;
}

/** Bytes of a base64 text; undefined where it is none. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  let at = 0;
  for (let i = 0; i < text.length - padding; i++) {
    const value = VALUES.get(text.charCodeAt(i));
    if (value === undefined) return undefined;
    bits = (bits << 6) | value;
    if (i % 4 === 0) continue;
    const shift = 6 - (i % 4) * 2;
    bytes[at++] = (bits >> shift) & 255;
    bits &= (1 << shift) - 1;
  }
  return bytes;
}

/** Text of UTF-8 bytes; undefined where they are not valid. */
export function textOfBytes(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

function decodeText(text: string): string {
  const bytes = decodeBase64(text);
  return (bytes && textOfBytes(bytes)) ?? '';
}

/** A guid's bytes as .NET orders them: the first three groups little-endian. */
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

function guidBytes(guid: string): Uint8Array {
  const hex = guid.replaceAll('-', '');
  return Uint8Array.from(GUID_ORDER, (i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
}

function guidOfBytes(bytes: Uint8Array | undefined): string | null {
  if (bytes?.length !== 16) return null;
  return guidOfText(GUID_ORDER.map((i) => (bytes[i] ?? 0).toString(16).padStart(2, '0')).join(''));
}

function encoder(name: string, examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    {
      sql: ([arg], context) => arg && sql`to_base64(encode(${asText(arg, context)}))`,
      js: ofTexts((text = '') => encodeBase64(new TextEncoder().encode(text))),
    },
    examples,
  );
}

function decoder(name: string, examples: readonly Example[]): FunctionEntry {
  return scalar(name, { js: { call: ([text]) => decodeText(String(text)) } }, examples);
}

export const base64: readonly FunctionEntry[] = [
  encoder('base64_encode_tostring', [
    { kql: 'base64_encode_tostring("Kusto")', result: 'S3VzdG8=' },
    { kql: 'base64_encode_tostring("")', result: '' },
  ]),
  encoder('base64_encodestring', [{ kql: 'base64_encodestring("é")', result: 'w6k=' }]),
  decoder('base64_decode_tostring', [
    { kql: 'base64_decode_tostring("S3VzdG8=")', result: 'Kusto' },
    { kql: 'base64_decode_tostring("U3RyaW5n0KHR0tGA0L7Rh9C60LA=")', result: '' },
  ]),
  decoder('base64_decodestring', [{ kql: 'base64_decodestring("w6k=")', result: 'é' }]),
  scalar(
    'base64_decode_toarray',
    {
      js: {
        call: ([text]) => {
          const bytes = decodeBase64(String(text));
          return bytes ? Array.from(bytes, (b) => BigInt(b)) : null;
        },
      },
    },
    [
      { kql: 'base64_decode_toarray("S3VzdG8=")', result: '[75,117,115,116,111]' },
      { kql: 'base64_decode_toarray("!")', result: '' },
    ],
  ),
  scalar(
    'base64_encode_fromarray',
    {
      js: {
        call: ([array]) => {
          if (!isArray(array)) return '';
          const codes = array.map((v) => convertValue(v, 'dynamic', 'long'));
          if (codes.some((c) => typeof c !== 'bigint' || c < 0n || c > 255n)) return '';
          return encodeBase64(Uint8Array.from(codes, (c) => Number(c)));
        },
      },
    },
    [
      { kql: 'base64_encode_fromarray(dynamic([75,117,115,116,111]))', result: 'S3VzdG8=' },
      { kql: 'base64_encode_fromarray(dynamic([300]))', result: '' },
    ],
  ),
  scalar(
    'base64_encode_fromguid',
    { js: { call: ([guid]) => encodeBase64(guidBytes(String(guid))) } },
    [
      {
        kql: 'base64_encode_fromguid(toguid("ae3133f2-6e22-49ae-b06a-16e6a9b212eb"))',
        result: '8jMxriJurkmwahbmqbIS6w==',
      },
    ],
  ),
  scalar(
    'base64_decode_toguid',
    { js: { call: ([text]) => guidOfBytes(decodeBase64(String(text))) } },
    [
      {
        kql: 'base64_decode_toguid("JpbpECu8dUy7Pv5gbeJXAA==")',
        result: '10e99626-bc2b-4c75-bb3e-fe606de25700',
      },
      { kql: 'base64_decode_toguid("abcd1231")', result: '' },
    ],
  ),
];
