import { describe, expect, it } from 'vitest';
import type { SyncDefinition } from '../../../common/contract/storage.ts';
import { keysOfMessage } from './blob-events.ts';
import { pathColumns, pathColumnTypes } from './path-columns.ts';

const SYNC: Pick<SyncDefinition, 'place' | 'prefix'> = {
  place: {
    kind: 'azure',
    service: 'https://acct.blob.core.windows.net',
    account: 'acct',
    container: 'data',
    auth: 'key',
    signIn: 'cli',
  },
  prefix: 'in/',
};
const any = (): boolean => true;
const subject = (container: string, key: string): string =>
  `/blobServices/default/containers/${container}/blobs/${key}`;

describe('messages of Event Grid', () => {
  const event = {
    eventType: 'Microsoft.Storage.BlobCreated',
    subject: subject('data', 'in/x/a.csv'),
  };

  it('are read in both schemas, plain, in base64 and several at once', () => {
    const cloud = {
      specversion: '1.0',
      type: event.eventType,
      subject: subject('data', 'in/b.csv'),
    };
    expect(keysOfMessage(JSON.stringify(event), SYNC, any)).toEqual(['in/x/a.csv']);
    const encoded = Buffer.from(JSON.stringify([event, cloud])).toString('base64');
    expect(keysOfMessage(encoded, SYNC, any)).toEqual(['in/x/a.csv', 'in/b.csv']);
  });

  it('name nothing of this sync', () => {
    const of = (text: string): readonly string[] | undefined =>
      keysOfMessage(JSON.stringify({ ...event, subject: text }), SYNC, any);
    expect(of(subject('other', 'in/a.csv'))).toEqual([]);
    expect(of(subject('data', 'out/a.csv'))).toEqual([]);
    expect(of('/something/else')).toEqual([]);
    expect(keysOfMessage(JSON.stringify(event), SYNC, () => false)).toEqual([]);
  });

  it.each(['', 'hello', '"text"', '{"a":1}', 'eyJh'])('make no sense: %j', (text) => {
    expect(keysOfMessage(text, SYNC, any)).toBeUndefined();
  });
});

describe('columns of a path', () => {
  it('have the types of all values together', () => {
    const keys = [
      'year=2024/month=1/day=2024-01-02/shop=7/a.csv',
      'year=2023/month=12/day=2024-01-03/shop=x%20y/a=1.csv',
    ];
    const types = pathColumnTypes(keys);
    expect(types.map((c) => [c.name, c.type])).toEqual([
      ['year', 'long'],
      ['month', 'long'],
      ['day', 'datetime'],
      ['shop', 'string'],
    ]);
    expect(pathColumns(keys[1] ?? '', types).map((c) => c.constant)).toEqual([
      '2023',
      '12',
      '2024-01-03',
      'x y',
    ]);
  });

  it('keep numbers with zeros in front as texts, and know a missing value', () => {
    const types = pathColumnTypes(['m=01/a', 'm=10/a', 'm=__HIVE_DEFAULT_PARTITION__/a']);
    expect(types).toEqual([{ name: 'm', type: 'string' }]);
    expect(pathColumns('m=__HIVE_DEFAULT_PARTITION__/a', types)[0]?.constant).toBe('');
  });
});
