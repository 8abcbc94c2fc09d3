import { describe, expect, it } from 'vitest';
import { ipv4Text, ipv6Text, maskIpv4, parseIpv4, parseIpv6 } from './ip.ts';
import { compareIpv4, compareIpv6 } from './ip-functions.ts';

describe('addresses', () => {
  it.each([
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.4/33',
    'a.b.c.d',
    '',
    '1.2.3.4/',
    '1.2.3.4/x',
  ])('no IPv4: %s', (text) => expect(parseIpv4(text)).toBeUndefined());
  it.each([':::', '1::2::3', '1:2:3', '12345::', '1:2:3:4:5:6:7:8:9', '::1/129', 'g::'])(
    'no IPv6: %s',
    (text) => expect(parseIpv6(text)).toBeUndefined(),
  );
  it.each([
    ['::', '0000:0000:0000:0000:0000:0000:0000:0000'],
    ['fe80::85d:e82c:9446:7994', 'fe80:0000:0000:0000:085d:e82c:9446:7994'],
    ['192.168.1.1', '0000:0000:0000:0000:0000:ffff:c0a8:0101'],
    ['::192.168.255.255', '0000:0000:0000:0000:0000:0000:c0a8:ffff'],
  ])('%s', (text, expected) => {
    const address = parseIpv6(text);
    expect(address && ipv6Text(address.bits)).toBe(expected);
  });
  it('masks without a sign', () => {
    expect(ipv4Text(maskIpv4(0xffffffff, 31))).toBe('255.255.255.254');
    expect(maskIpv4(0xffffffff, 0)).toBe(0);
  });
});

describe('comparisons', () => {
  it('use the shortest prefix', () => {
    expect(compareIpv4('192.168.1.1/30', '192.168.1.255/24', 32)).toBe(0n);
    expect(compareIpv4('192.168.1.1', '192.168.1.0', 31)).toBe(0n);
    expect(compareIpv4('192.168.1.1', '192.168.1.0', 32)).toBe(1n);
    expect(compareIpv4('192.168.1.1', '192.168.1.0', undefined)).toBeNull();
  });
  it('know IPv4 inside IPv6', () => {
    expect(compareIpv6('192.168.1.1/24', '::ffff:c0a8:01ff', 127)).toBe(0n);
    expect(compareIpv6('192.168.1.1', '::1', 128)).toBe(1n);
  });
});
