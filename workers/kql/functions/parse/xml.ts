import { type Dynamic, type FunctionEntry, scalar } from '../define.ts';
import { setKey } from '../value/dynamic.ts';
import { textOf } from '../value/text.ts';

/** The page's own limit, in characters. */
const MAX_LENGTH = 1_048_576;
const MAX_DEPTH = 500;

type Bag = { [key: string]: Dynamic };

interface Element {
  readonly name: string;
  readonly bag: Bag;
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

function decode(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, digits, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d{0,17})(?:\.\d+)?$/;

/** Text that is a number becomes one, as the page's example shows. */
function leaf(text: string): Dynamic {
  if (!JSON_NUMBER.test(text)) return text;
  return text.includes('.') ? Number(text) : BigInt(text);
}

function put(bag: Bag, name: string, value: Dynamic): void {
  const old = Object.hasOwn(bag, name) ? (bag[name] ?? null) : undefined;
  const list = Array.isArray(old) ? [...old, value] : [old ?? null, value];
  setKey(bag, name, old === undefined ? value : list);
}

function finish(element: Element): Dynamic {
  const text = element.text.trim();
  if (Object.keys(element.bag).length === 0) return text === '' ? null : leaf(text);
  if (text === '') return element.bag;
  // Attributes, then the text, then the children (page "parse_xml()").
  const parts = Object.entries(element.bag);
  const bag: Bag = {};
  for (const [key, value] of parts) if (key.startsWith('@')) setKey(bag, key, value);
  setKey(bag, '#text', leaf(text));
  for (const [key, value] of parts) if (!key.startsWith('@')) setKey(bag, key, value);
  return bag;
}

const NAME = '[A-Za-z_:\\u0080-\\uffff][\\w:.\\-\\u0080-\\uffff]*';
const TOKEN = new RegExp(
  `<!--[\\s\\S]*?-->|<\\?[\\s\\S]*?\\?>|<!\\[CDATA\\[([\\s\\S]*?)\\]\\]>|<!DOCTYPE[^>[]*(?:\\[[^\\]]*\\])?[^>]*>|<\\/(${NAME})\\s*>|<(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(\\/?)>|([^<]+)`,
  'y',
);
const ATTRIBUTE = new RegExp(`(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'g');

/** An XML document as a bag (page "parse_xml()"); null where it is not well-formed. */
export function parseXml(xml: string): Dynamic {
  if (xml.length > MAX_LENGTH) return null;
  const root: Element = { name: '', bag: {}, text: '' };
  const open: Element[] = [root];
  for (let at = 0; at < xml.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(xml);
    const here = open.at(-1);
    if (!found || !here) return null;
    const [, cdata, closing, opening, attributes, empty, text] = found;
    if (cdata !== undefined) here.text += cdata;
    else if (text !== undefined) here.text += decode(text);
    else if (closing !== undefined) {
      const parent = open.at(-2);
      if (!parent || here.name !== closing) return null;
      put(parent.bag, here.name, finish(here));
      open.pop();
    } else if (opening !== undefined) {
      const bag: Bag = {};
      for (const a of (attributes ?? '').matchAll(ATTRIBUTE))
        setKey(bag, `@${a[1]}`, leaf(decode(a[2] ?? a[3] ?? '')));
      const element: Element = { name: opening, bag, text: '' };
      if (empty === '/') put(here.bag, opening, finish(element));
      else if (open.push(element) > MAX_DEPTH) return null;
    }
  }
  const isDocument = open.length === 1 && root.text.trim() === '';
  return isDocument && Object.keys(root.bag).length === 1 ? root.bag : null;
}

export const xml: readonly FunctionEntry[] = [
  scalar(
    'parse_xml',
    {
      coerce: false,
      js: { call: ([text], [type]) => parseXml(textOf(text ?? null, type ?? 'string')) },
    },
    [
      { kql: `parse_xml('<e/>')`, result: '{"e":null}' },
      { kql: `parse_xml('<e>text</e>')`, result: '{"e":"text"}' },
      {
        kql: `parse_xml('<e name="value">text</e>')`,
        result: '{"e":{"@name":"value","#text":"text"}}',
      },
      { kql: `parse_xml('<e> <a>x</a> <a>2</a> </e>')`, result: '{"e":{"a":["x",2]}}' },
      { kql: `parse_xml('<e><a></e>')`, result: '' },
    ],
  ),
];
