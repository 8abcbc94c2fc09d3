import { expect, test } from 'vitest';
import { isAllowedHost } from '../../../common/text/allowed-host.ts';

test.each([
  ['https://api.example.com/x', ['api.example.com'], true],
  ['https://API.example.com/x', ['api.EXAMPLE.com'], true],
  ['https://api.example.com:444/x', ['api.example.com'], false],
  ['https://api.example.com:444/x', ['api.example.com:444'], true],
  ['http://api.example.com/x', ['api.example.com:80'], true],
  ['https://a.b.example.com/', ['*.example.com'], true],
  ['https://example.com/', ['*.example.com'], false],
  ['https://evilexample.com/', ['*.example.com'], false],
  ['https://example.com.evil.org/', ['example.com'], false],
  ['https://example.com@evil.org/', ['example.com'], false],
  ['https://anything.org/', [''], false],
  ['https://anything.org/', [], false],
])('%s with %j: %s', (address, hosts, allowed) => {
  expect(isAllowedHost(new URL(address), hosts)).toBe(allowed);
});
