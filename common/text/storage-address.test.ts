import { describe, expect, it } from 'vitest';
import { parseStorageAddress } from './storage-address.ts';

const azure = { kind: 'azure', signIn: 'cli' };

describe('storage addresses', () => {
  it('reads the examples of the pages on connection strings and authentication', () => {
    const blob = 'https://fabrikam.blob.core.windows.net/container/path/to/file.csv';
    const place = {
      ...azure,
      service: 'https://fabrikam.blob.core.windows.net',
      account: 'fabrikam',
      container: 'container',
    };
    const key = 'path/to/file.csv';
    const cases: [string, string, string | undefined][] = [
      ['', 'anonymous', undefined],
      [';impersonate', 'entra', undefined],
      [';managed_identity=system', 'entra', undefined],
      ['?sv=2020&sig=abc%3D', 'sas', 'sv=2020&sig=abc%3D'],
      [';token=eyJ0eXAi', 'token', 'eyJ0eXAi'],
      [';ljkAkl+/==', 'key', 'ljkAkl+/=='],
      [';sharedkey=ljkAkl==', 'key', 'ljkAkl=='],
    ];
    for (const [end, auth, secret] of cases)
      expect(parseStorageAddress(blob + end), end).toEqual({
        place: { ...place, auth },
        key,
        ...(secret === undefined ? {} : { secret }),
      });
  });

  it('asks Data Lake Storage by its blob endpoint', () => {
    const expected = {
      place: {
        ...azure,
        service: 'https://fabrikam.blob.core.windows.net',
        account: 'fabrikam',
        container: 'fs',
        auth: 'anonymous',
      },
      key: 'a b/',
    };
    expect(parseStorageAddress('abfss://fs@fabrikam.dfs.core.windows.net/a%20b/')).toEqual(
      expected,
    );
    expect(parseStorageAddress('https://fabrikam.dfs.core.windows.net/fs/a%20b/')).toEqual(
      expected,
    );
  });

  it('reads S3 by host, by path, by scheme and at other servers', () => {
    const keys = ';AwsCredentials=AKIA,secret/KEY';
    expect(
      parseStorageAddress(`https://my.bucket.s3.eu-central-1.amazonaws.com/a/b.csv${keys}`),
    ).toEqual({
      place: {
        kind: 's3',
        region: 'eu-central-1',
        bucket: 'my.bucket',
        pathStyle: false,
        auth: 'keys',
      },
      key: 'a/b.csv',
      secret: 'AKIA,secret/KEY',
    });
    expect(parseStorageAddress('https://s3.us-west-2.amazonaws.com/bucket/a').place).toMatchObject({
      bucket: 'bucket',
      region: 'us-west-2',
      pathStyle: true,
      auth: 'anonymous',
    });
    expect(parseStorageAddress('s3://bucket/a/')).toMatchObject({
      place: { kind: 's3', bucket: 'bucket' },
      key: 'a/',
    });
    expect(parseStorageAddress(`http://minio:9000/bucket/a${keys}`).place).toMatchObject({
      endpoint: 'http://minio:9000',
      bucket: 'bucket',
      pathStyle: true,
    });
  });

  it('takes what has a key or a signature elsewhere for Azure, all else for a web server', () => {
    expect(parseStorageAddress('http://127.0.0.1:10000/devstoreaccount1/c/k;a2V5')).toMatchObject({
      place: { service: 'http://127.0.0.1:10000/devstoreaccount1', container: 'c', auth: 'key' },
      key: 'k',
      secret: 'a2V5',
    });
    expect(parseStorageAddress('https://example.com/data/a%20b.csv?v=1')).toEqual({
      place: { kind: 'http', base: 'https://example.com/data/', files: ['a b.csv'] },
      key: 'a b.csv',
      secret: 'v=1',
    });
  });

  it('reads what the portal calls a connection string', () => {
    expect(
      parseStorageAddress(
        'DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=a2V5==;EndpointSuffix=core.windows.net',
      ),
    ).toEqual({
      place: {
        ...azure,
        service: 'https://acct.blob.core.windows.net',
        account: 'acct',
        auth: 'key',
      },
      key: '',
      secret: 'a2V5==',
    });
    expect(
      parseStorageAddress(
        'BlobEndpoint=https://acct.blob.core.windows.net/;SharedAccessSignature=?sv=1&sig=x',
      ),
    ).toMatchObject({ place: { account: 'acct', auth: 'sas' }, secret: 'sv=1&sig=x' });
  });

  it('names no secret in its errors', () => {
    expect(() => parseStorageAddress('adl://x.azuredatalakestore.net/a;token=hidden')).toThrow(
      /^(?!.*hidden)/,
    );
    expect(() => parseStorageAddress('https://me:hidden@example.com/a')).toThrow(/^(?!.*hidden)/);
  });
});
