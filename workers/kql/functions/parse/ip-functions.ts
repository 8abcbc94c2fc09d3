import { type Example, type FunctionEntry, type JsForm, scalar, type Value } from '../define.ts';
import { isArray } from '../value/dynamic.ts';
import { textOf } from '../value/text.ts';
import { ipv4Text, ipv6Text, maskIpv4, maskIpv6, parseIpv4, parseIpv6 } from './ip.ts';

const text = (value: Value | undefined): string => (typeof value === 'string' ? value : '');

/** A prefix argument; undefined where it is out of range. */
function prefixOf(value: Value | undefined, max: number): number | undefined {
  if (value === undefined || value === null) return max;
  const prefix = Number(value);
  return Number.isInteger(prefix) && prefix >= 0 && prefix <= max ? prefix : undefined;
}

const order = (a: number | bigint, b: number | bigint): bigint => (a < b ? -1n : a > b ? 1n : 0n);

/** By the shortest of the prefixes; null where an address or the prefix is not valid. */
export function compareIpv4(a: string, b: string, prefix: number | undefined): bigint | null {
  const x = parseIpv4(a);
  const y = parseIpv4(b);
  if (!x || !y || prefix === undefined) return null;
  const bits = Math.min(x.prefix, y.prefix, prefix);
  return order(maskIpv4(x.value, bits), maskIpv4(y.value, bits));
}

export function compareIpv6(a: string, b: string, prefix: number | undefined): bigint | null {
  const x = parseIpv6(a);
  const y = parseIpv6(b);
  if (!x || !y || prefix === undefined) return null;
  const bits = Math.min(x.prefix, y.prefix, prefix);
  return order(maskIpv6(x.bits, bits), maskIpv6(y.bits, bits));
}

type Compare = (a: string, b: string, prefix: number | undefined) => bigint | null;

const isZero = (order: bigint | null): boolean | null => (order === null ? null : order === 0n);

function comparing(
  name: string,
  compare: Compare,
  max: number,
  examples: readonly Example[],
): FunctionEntry {
  return scalar(
    name,
    { js: { call: ([a, b, prefix]) => compare(text(a), text(b), prefixOf(prefix, max)) } },
    examples,
  );
}

function matching(
  name: string,
  compare: Compare,
  max: number,
  examples: readonly Example[],
): FunctionEntry {
  return scalar(
    name,
    { js: { call: ([a, b, prefix]) => isZero(compare(text(a), text(b), prefixOf(prefix, max))) } },
    examples,
  );
}

/** Ranges as arguments or as one dynamic array. An address that is none gives null. */
const inAnyRange = (compare: Compare, max: number): JsForm => ({
  call: ([ip, ...ranges]) => {
    const own = text(ip);
    if (compare(own, own, max) === null) return null;
    return ranges
      .flatMap((r): readonly Value[] => (isArray(r) ? r : [r]))
      .some((range) => compare(own, text(range), max) === 0n);
  },
});

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

function maskedIpv4(
  ip: Value | undefined,
  prefix: Value | undefined,
): { value: number; prefix: number } | undefined {
  const wanted = prefixOf(prefix, 32);
  const parsed =
    typeof ip === 'bigint' || typeof ip === 'number'
      ? { value: Number(ip), prefix: 32 }
      : parseIpv4(text(ip));
  if (!parsed || wanted === undefined || parsed.value < 0 || parsed.value > 0xffffffff)
    return undefined;
  const bits = Math.min(parsed.prefix, wanted);
  return { value: maskIpv4(parsed.value, bits), prefix: bits };
}

const ipv4AsLong = (ip: Value | undefined, prefix: Value | undefined): bigint | null => {
  const masked = maskedIpv4(ip, prefix);
  return masked ? BigInt(masked.value) : null;
};

/** An address written `::1.2.3.4/n` counts its suffix from the IPv4 part, as the page's table shows. */
function maskedIpv6(ip: string, prefix: Value | undefined): string {
  const parsed = parseIpv6(ip);
  const wanted = prefixOf(prefix, 128);
  if (!parsed || wanted === undefined) return '';
  const embedded = /^::.*\.\d+\/(\d+)$/.exec(ip);
  const own = embedded && Number(embedded[1]) <= 32 ? Number(embedded[1]) + 96 : parsed.prefix;
  return ipv6Text(maskIpv6(parsed.bits, Math.min(own, wanted)));
}

/** The fewest aligned blocks that cover a range exactly. */
function cidrList(start: string, end: string): readonly string[] | null {
  const first = parseIpv4(start);
  const last = parseIpv4(end);
  if (!first || !last || first.value > last.value) return null;
  const blocks: string[] = [];
  for (let at = first.value; at <= last.value; ) {
    let bits = 0;
    while (bits < 32 && at % 2 ** (bits + 1) === 0 && at + 2 ** (bits + 1) - 1 <= last.value)
      bits++;
    blocks.push(`${ipv4Text(at)}/${32 - bits}`);
    at += 2 ** bits;
  }
  return blocks;
}

/** Addresses in a text, each between characters that are neither letters nor digits. */
const IN_TEXT = /(?<![\p{L}\p{N}])\d{1,3}(?:\.\d{1,3}){3}(?![\p{L}\p{N}])/gu;

const addressesIn = (source: string): readonly string[] =>
  (source.match(IN_TEXT) ?? []).filter((ip) => parseIpv4(ip) !== undefined);

const PREFIX = /^(?:\d{1,3}\.){1,3}$/;

function isPrefix(prefix: string): boolean {
  if (parseIpv4(prefix)) return true;
  return PREFIX.test(prefix) && prefix.split('.').every((octet) => Number(octet) <= 255);
}

function hasAddress(name: string, byPrefix: boolean, examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      js: {
        nulls: 'pass',
        call: ([source, ...wanted], types) => {
          const found = addressesIn(textOf(source ?? null, types[0] ?? 'string'));
          return wanted
            .flatMap((w): readonly Value[] => (isArray(w) ? w : [w]))
            .map((w) => text(w))
            .some((w) => {
              if (!byPrefix) return found.includes(w);
              if (!isPrefix(w)) return false;
              return found.some((ip) => (w.endsWith('.') ? ip.startsWith(w) : ip === w));
            });
        },
      },
    },
    examples,
  );
}

const yes = (kql: string): Example => ({ kql, result: 'True' });
const no = (kql: string): Example => ({ kql, result: 'False' });
const LOG = "'05:04:54 127.0.0.1 GET /favicon.ico 404'";

export const ip: readonly FunctionEntry[] = [
  scalar('parse_ipv4', { js: { call: ([ip]) => ipv4AsLong(ip, null) } }, [
    { kql: "parse_ipv4('192.168.1.1')", result: '3232235777' },
    { kql: "parse_ipv4('192.168.1.1/24')", result: '3232235776' },
    { kql: "parse_ipv4('256.1.1.1')", result: '' },
  ]),
  scalar('parse_ipv4_mask', { js: { call: ([ip, prefix]) => ipv4AsLong(ip, prefix) } }, [
    { kql: 'parse_ipv4_mask("127.0.0.1", 24)', result: '2130706432' },
  ]),
  scalar('parse_ipv6', { js: { call: ([ip]) => maskedIpv6(text(ip), null) } }, [
    { kql: "parse_ipv6('192.168.255.255/24')", result: '0000:0000:0000:0000:0000:ffff:c0a8:ff00' },
    { kql: "parse_ipv6('fe80::1')", result: 'fe80:0000:0000:0000:0000:0000:0000:0001' },
    { kql: "parse_ipv6('1::2::3')", result: '' },
  ]),
  scalar('parse_ipv6_mask', { js: { call: ([ip, prefix]) => maskedIpv6(text(ip), prefix) } }, [
    {
      kql: "parse_ipv6_mask('fe80::85d:e82c:9446:7994/120', 124)",
      result: 'fe80:0000:0000:0000:085d:e82c:9446:7900',
    },
    {
      kql: "parse_ipv6_mask('::192.168.255.255/24', 128)",
      result: '0000:0000:0000:0000:0000:0000:c0a8:ff00',
    },
  ]),
  comparing('ipv4_compare', compareIpv4, 32, [
    { kql: "ipv4_compare('192.168.1.1/24', '192.168.1.255')", result: '0' },
    { kql: "ipv4_compare('192.168.1.1', '192.168.1.255')", result: '-1' },
    { kql: "ipv4_compare('192.168.1.1', '192.168.1.255', 24)", result: '0' },
    { kql: "ipv4_compare('x', '192.168.1.255')", result: '' },
  ]),
  comparing('ipv6_compare', compareIpv6, 128, [
    { kql: "ipv6_compare('192.168.1.1', '::ffff:c0a8:0101')", result: '0' },
    {
      kql: "ipv6_compare('fe80::85d:e82c:9446:7994', 'fe80::85d:e82c:9446:7995', 127)",
      result: '0',
    },
    { kql: "ipv6_compare('fe80::2', 'fe80::1')", result: '1' },
  ]),
  matching('ipv4_is_match', compareIpv4, 32, [
    yes("ipv4_is_match('192.168.1.1/24', '192.168.1.255')"),
  ]),
  matching('ipv6_is_match', compareIpv6, 128, [no("ipv6_is_match('fe80::2', 'fe80::1')")]),
  matching('ipv4_is_in_range', compareIpv4, 32, [
    yes("ipv4_is_in_range('192.168.1.6', '192.168.1.1/24')"),
    no("ipv4_is_in_range('192.168.2.6', '192.168.1.1/24')"),
  ]),
  matching('ipv6_is_in_range', compareIpv6, 128, [
    yes("ipv6_is_in_range('a5e:f127::abcd', 'a5e:f127::/32')"),
  ]),
  scalar('ipv4_is_in_any_range', { coerce: false, js: inAnyRange(compareIpv4, 32) }, [
    yes("ipv4_is_in_any_range('192.168.1.6', '192.168.1.1/24', '10.0.0.1/8')"),
    no('ipv4_is_in_any_range("1.1.1.1", dynamic(["127.0.0.1", "192.168.1.1"]))'),
  ]),
  scalar('ipv6_is_in_any_range', { coerce: false, js: inAnyRange(compareIpv6, 128) }, [
    yes("ipv6_is_in_any_range('a5e::1', dynamic(['a5e::/16']))"),
  ]),
  scalar(
    'ipv4_is_private',
    {
      js: {
        call: ([ip]) => {
          const own = parseIpv4(text(ip));
          if (!own) return null;
          return PRIVATE.some((range) => compareIpv4(ipv4Text(own.value), range, 32) === 0n);
        },
      },
    },
    [yes("ipv4_is_private('192.168.1.1/24')"), no("ipv4_is_private('127.0.0.1')")],
  ),
  scalar(
    'ipv4_netmask_suffix',
    {
      js: {
        call: ([ip]) => {
          const own = parseIpv4(text(ip));
          return own ? BigInt(own.prefix) : null;
        },
      },
    },
    [
      { kql: "ipv4_netmask_suffix('10.1.2.3')", result: '32' },
      { kql: "ipv4_netmask_suffix('127.0.0.1/16')", result: '16' },
    ],
  ),
  scalar(
    'format_ipv4',
    {
      coerce: false,
      js: {
        call: ([ip, prefix]) => {
          const masked = maskedIpv4(ip, prefix);
          return masked ? ipv4Text(masked.value) : '';
        },
      },
    },
    [
      { kql: "format_ipv4('192.168.1.1', 24)", result: '192.168.1.0' },
      { kql: 'format_ipv4(3232236031)', result: '192.168.1.255' },
      { kql: "format_ipv4('192.168.1.1/24', -1)", result: '' },
    ],
  ),
  scalar(
    'format_ipv4_mask',
    {
      coerce: false,
      js: {
        call: ([ip, prefix]) => {
          const masked = maskedIpv4(ip, prefix);
          return masked ? `${ipv4Text(masked.value)}/${masked.prefix}` : '';
        },
      },
    },
    [{ kql: "format_ipv4_mask('192.168.1.1/24', 32)", result: '192.168.1.0/24' }],
  ),
  scalar('ipv4_range_to_cidr_list', { js: { call: ([a, b]) => cidrList(text(a), text(b)) } }, [
    {
      kql: 'ipv4_range_to_cidr_list("1.1.128.0", "1.1.140.255")',
      result: '["1.1.128.0/21","1.1.136.0/22","1.1.140.0/24"]',
    },
  ]),
  hasAddress('has_ipv4', false, [
    yes('has_ipv4("Source address is 10.1.2.3:1234", "10.1.2.3")'),
    no("has_ipv4('05:04:54127.0.0.1 GET', '127.0.0.1')"),
  ]),
  hasAddress('has_any_ipv4', false, [
    yes(`has_any_ipv4(${LOG}, '127.0.0.1', '127.0.0.2')`),
    no("has_any_ipv4('127.0.0.256 GET', dynamic(['127.0.0.256']))"),
  ]),
  hasAddress('has_ipv4_prefix', true, [
    yes(`has_ipv4_prefix(${LOG}, '127.0.')`),
    no(`has_ipv4_prefix(${LOG}, '127.0')`),
  ]),
  hasAddress('has_any_ipv4_prefix', true, [
    yes(`has_any_ipv4_prefix(${LOG}, dynamic(["127.0.", "192.168."]))`),
  ]),
];
