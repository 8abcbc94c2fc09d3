import { describe, expect, it } from 'vitest';
import { formProblem, initialValues } from '../kinds/form-values.ts';
import {
  PLACE_FIELDS,
  placeOf,
  SYNC_FIELDS,
  suggestedName,
  syncOf,
  withoutSecret,
} from './sync-form.ts';

const FIELDS = [...PLACE_FIELDS, ...SYNC_FIELDS];
const form = (values: Record<string, string>) => ({ ...initialValues(FIELDS), ...values });

describe('the form of a storage', () => {
  it('takes the key out of a connection string that was pasted', () => {
    const pasted = form({
      address:
        'DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net',
    });
    const values = withoutSecret(pasted);
    expect(values).toMatchObject({
      address: 'https://acc.blob.core.windows.net',
      secret: 'c2VjcmV0',
      auth: 'key',
    });
    expect(formProblem(PLACE_FIELDS, values)).toBe('Container: missing.');
    const sync = syncOf({ ...values, container: 'logs' }, { name: 'logs' });
    expect(sync.place).toMatchObject({ kind: 'azure', container: 'logs', auth: 'key' });
    expect(JSON.stringify(sync)).not.toContain('c2VjcmV0');
    expect(placeOf(values).secret).toBe('c2VjcmV0');
  });

  it('makes a sync of an address with a prefix', () => {
    const values = form({
      address: 'https://acc.blob.core.windows.net/data/sales/',
      glob: '**/*.csv',
      interval: '60',
      budget: '2',
    });
    expect(formProblem(FIELDS, values)).toBeUndefined();
    expect(suggestedName(values)).toBe('sales');
    expect(
      syncOf(values, { name: 'sales', table: { database: 'Local', table: 'Sales' } }),
    ).toMatchObject({
      prefix: 'sales/',
      glob: '**/*.csv',
      intervalSeconds: 60,
      budgetBytes: 2 * 1024 * 1024,
      place: { kind: 'azure', container: 'data', auth: 'anonymous' },
    });
  });

  it('asks for access keys only where they are used', () => {
    const values = form({ address: 's3://bucket/logs/', s3auth: 'keys' });
    expect(formProblem(FIELDS, values)).toBe('Key, signature or token: missing.');
    expect(formProblem(FIELDS, { ...values, s3auth: 'anonymous' })).toBeUndefined();
  });
});
