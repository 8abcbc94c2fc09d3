/** An address with the number of its leading bits that count. IPv6 and mapped IPv4 addresses have 128. */
export interface Address {
  readonly bits: bigint;
  readonly prefix: number;
}

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

export function ipv4Number(text: string): number | undefined {
  const parts = IPV4.exec(text);
  if (!parts) return undefined;
  let value = 0;
  for (let i = 1; i <= 4; i++) {
    const octet = Number(parts[i]);
    if (octet > 255) return undefined;
    value = value * 256 + octet;
  }
  return value;
}

/** `address[/suffix]`, or undefined. */
function split(text: string, max: number): readonly [string, number] | undefined {
  const at = text.indexOf('/');
  if (at < 0) return [text.trim(), max];
  const suffix = text.slice(at + 1).trim();
  if (!/^\d{1,3}$/.test(suffix) || Number(suffix) > max) return undefined;
  return [text.slice(0, at).trim(), Number(suffix)];
}

export interface Ipv4 {
  readonly value: number;
  readonly prefix: number;
}

export function parseIpv4(text: string): Ipv4 | undefined {
  const parts = split(text, 32);
  const value = parts && ipv4Number(parts[0]);
  return parts && value !== undefined ? { value, prefix: parts[1] } : undefined;
}

/** The leading bits of an IPv4 number; bitwise operators would make it signed. */
export function maskIpv4(value: number, prefix: number): number {
  const size = 2 ** (32 - prefix);
  return Math.floor(value / size) * size;
}

export function ipv4Text(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

function groups(text: string): readonly number[] | undefined {
  if (text === '') return [];
  const found: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    const v4 = i === parts.length - 1 ? ipv4Number(part) : undefined;
    if (v4 !== undefined) found.push(Math.floor(v4 / 65536), v4 % 65536);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) found.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return found;
}

function ipv6Bits(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groups(halves[0] ?? '');
  const tail = groups(halves[1] ?? '');
  if (!head || !tail) return undefined;
  const gap = 8 - head.length - tail.length;
  if (halves.length === 2 ? gap < 0 : gap !== 0) return undefined;
  const all = [...head, ...new Array<number>(gap).fill(0), ...tail];
  return all.reduce((bits, group) => (bits << 16n) | BigInt(group), 0n);
}

/** IPv6, or IPv4 as `::ffff:a.b.c.d` with its suffix moved by 96 bits. */
export function parseIpv6(text: string): Address | undefined {
  const v4 = parseIpv4(text);
  if (v4) return { bits: (0xffffn << 32n) | BigInt(v4.value), prefix: v4.prefix + 96 };
  const parts = split(text, 128);
  const bits = parts && ipv6Bits(parts[0]);
  return parts && bits !== undefined ? { bits, prefix: parts[1] } : undefined;
}

export function maskIpv6(bits: bigint, prefix: number): bigint {
  const shift = BigInt(128 - prefix);
  return (bits >> shift) << shift;
}

/** All eight groups, all four digits. */
export function ipv6Text(bits: bigint): string {
  const hex = bits.toString(16).padStart(32, '0');
  return (hex.match(/.{4}/g) ?? []).join(':');
}
