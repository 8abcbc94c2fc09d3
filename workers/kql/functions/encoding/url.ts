import { type FunctionEntry, scalar } from '../define.ts';
import { textOfBytes } from './base64.ts';

const utf8 = new TextEncoder();
const SAFE = /[A-Za-z0-9\-_.!*()]/;

/** Every byte that is not safe becomes `%hh` in small letters. */
function encode(text: string, space: string): string {
  let out = '';
  for (const c of text) {
    if (SAFE.test(c)) out += c;
    else if (c === ' ') out += space;
    else for (const b of utf8.encode(c)) out += `%${b.toString(16).padStart(2, '0')}`;
  }
  return out;
}

/** Runs of `%hh` are UTF-8; what is not valid stays as it is. */
function decode(text: string): string {
  return text.replaceAll('+', ' ').replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    const bytes = Uint8Array.from(run.match(/[0-9a-f]{2}/gi) ?? [], (h) => Number.parseInt(h, 16));
    return textOfBytes(bytes) ?? run;
  });
}

export const urls: readonly FunctionEntry[] = [
  scalar('url_encode', { js: { call: ([text]) => encode(String(text), '+') } }, [
    {
      kql: "url_encode('https://www.bing.com/hello world/')",
      result: 'https%3a%2f%2fwww.bing.com%2fhello+world%2f',
    },
  ]),
  scalar('url_encode_component', { js: { call: ([text]) => encode(String(text), '%20') } }, [
    {
      kql: "url_encode_component('https://www.bing.com/hello world/')",
      result: 'https%3a%2f%2fwww.bing.com%2fhello%20world%2f',
    },
    { kql: "url_encode_component('é')", result: '%c3%a9' },
  ]),
  scalar('url_decode', { js: { call: ([text]) => decode(String(text)) } }, [
    { kql: "url_decode('https%3a%2f%2fwww.bing.com%2f')", result: 'https://www.bing.com/' },
    { kql: "url_decode('a%zz')", result: 'a%zz' },
  ]),
];
