import { expect, it } from 'vitest';
import { sourceAt } from './source-address.ts';
import { UsageError } from './usage.ts';

it.each([
  [
    'kafka://a:1,b:2/x,y',
    { name: 'x', source: { cluster: { brokers: ['a:1', 'b:2'] }, topics: ['x', 'y'] } },
  ],
  ['file:/var/log/app.log', { name: 'app', format: 'txt', source: { layout: 'lines' } }],
  ['file:///data/x.csv', { format: 'csv', source: { paths: ['/data/x.csv'], layout: 'header' } }],
  ['file:/var/log/*.json', { name: 'Lines', format: 'json' }],
  ['folder:/in', { name: 'in', source: { kind: 'folder', paths: ['/in'] } }],
  ['syslog:5514', { name: 'Syslog', source: { kind: 'syslog', port: 5514 } }],
  ['http://127.0.0.1:4318', { source: { kind: 'http-listener', port: 4318 } }],
  [
    'mqtt://ana:p%40ss@h:1884/plant/+/t,other/#',
    {
      name: 'plant',
      secret: 'p@ss',
      source: { url: 'mqtt://h:1884', username: 'ana', topics: ['plant/+/t', 'other/#'] },
    },
  ],
])('reads %s', (address, expected) => {
  expect(sourceAt(address, undefined)).toMatchObject(expected);
});

it.each(['nothing', 'kafka://a:1', 'syslog:x', 'mqtt://h', 'http:70000', 'ftp:x'])(
  'refuses %s',
  (address) => {
    expect(() => sourceAt(address, undefined)).toThrow(UsageError);
  },
);
