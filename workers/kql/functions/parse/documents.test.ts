import { describe, expect, it } from 'vitest';
import { printDynamic } from '../value/dynamic.ts';
import { firstRecord } from './csv.ts';
import { parsePath, windowsWords } from './path.ts';
import { parseUrl } from './url.ts';
import { parseXml } from './xml.ts';

/** The table of page "parse_xml()". */
describe('parseXml', () => {
  it.each([
    ['<e/>', '{"e":null}'],
    ['<e>text</e>', '{"e":"text"}'],
    ['<e name="value" />', '{"e":{"@name":"value"}}'],
    ['<e name="value">text</e>', '{"e":{"@name":"value","#text":"text"}}'],
    ['<e> <a>text</a> <b>text</b> </e>', '{"e":{"a":"text","b":"text"}}'],
    ['<e> <a>x</a> <a>y</a> <a>z</a> </e>', '{"e":{"a":["x","y","z"]}}'],
    ['<e> text <a>text</a> </e>', '{"e":{"#text":"text","a":"text"}}'],
    ['<?xml version="1.0"?><!-- c --><e>&lt;&#65;<![CDATA[&]]></e>', '{"e":"<A&"}'],
    ['<m><value>118.0</value><count>5</count></m>', '{"m":{"value":118.0,"count":5}}'],
  ])('%s', (xml, expected) => expect(printDynamic(parseXml(xml))).toBe(expected));

  it.each(['', 'text', '<a>', '<a></b>', '<a/><b/>', '<a b=c/>', '</a>', '<a>'.repeat(5000)])(
    'refuses %#',
    (xml) => expect(parseXml(xml)).toBeNull(),
  );
});

describe('firstRecord', () => {
  it.each([
    ['', ['']],
    ['a,"b,""c""",d', ['a', 'b,"c"', 'd']],
    ['a\r\nb', ['a']],
    ['"line1\nline2",x', ['line1\nline2', 'x']],
    ['"open', ['open']],
  ])('%j', (text, fields) => expect(firstRecord(text)).toEqual(fields));
});

it.each([
  ['a "b c" d', ['a', 'b c', 'd']],
  [String.raw`a\\\"b`, [String.raw`a\"b`]],
  [String.raw`"a\\" b`, ['a\\', 'b']],
  ['', []],
])('windowsWords %j', (line, words) => expect(windowsWords(line)).toEqual(words));

it('parses paths and addresses that lack most parts', () => {
  expect(parsePath('')).toMatchObject({ Filename: '', Extension: '', RootPath: '' });
  expect(parsePath('C:')).toMatchObject({ RootPath: 'C:', Filename: '' });
  expect(parseUrl('not a url')).toMatchObject({ Scheme: '', Host: '' });
  expect(parseUrl('http://[::1]:8080/p')).toMatchObject({ Host: '[::1]', Port: '8080', Path: 'p' });
});
