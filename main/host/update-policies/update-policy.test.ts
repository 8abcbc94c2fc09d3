import { describe, expect, it } from 'vitest';
import { parseUpdatePolicies } from './update-policy.ts';

const POLICY = {
  IsEnabled: true,
  Source: 'T',
  SourceIsWildCard: false,
  Query: 'F()',
  IsTransactional: false,
  PropagateIngestionProperties: false,
  ManagedIdentity: null,
};

describe('the JSON of update policies', () => {
  it.each([
    ['a list', '[{"Source":"T","Query":"F()"}]', [POLICY]],
    ['one alone', '{"Source":"T","Query":"F()"}', [POLICY]],
    ['none', '[]', []],
    ['null', 'null', []],
    ['names in any case', '[{"source":"T","QUERY":"F()"}]', [POLICY]],
    [
      'booleans as text',
      '[{"Source":"T","Query":"F()","IsTransactional":"True"}]',
      [{ ...POLICY, IsTransactional: true }],
    ],
    [
      'a managed identity',
      '[{"Source":"T","Query":"F()","ManagedIdentity":"system"}]',
      [{ ...POLICY, ManagedIdentity: 'system' }],
    ],
  ])('may be %s', (_what, json, expected) => {
    expect(parseUpdatePolicies(json)).toEqual(expected);
  });

  it.each([
    ['no JSON', '{'],
    ['no query', '[{"Source":"T"}]'],
    ['an empty source', '[{"Source":" ","Query":"F()"}]'],
    ['a flag that is none', '[{"Source":"T","Query":"F()","IsEnabled":"maybe"}]'],
    ['a number', '5'],
  ])('is refused where it is %s', (_what, json) => {
    expect(() => parseUpdatePolicies(json)).toThrow(
      expect.objectContaining({ code: 'bad_policy' }),
    );
  });
});
