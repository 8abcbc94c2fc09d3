import { expect, it } from 'vitest';
import { draftPath } from './draft-path.ts';

it('hides the draft of a file beside its place', () => {
  expect(draftPath('/out/a=1/b.csv.gz')).toBe('/out/a=1/.b.csv.gz.part');
  expect(draftPath('C:\\out\\b.csv')).toBe('C:\\out\\.b.csv.part');
  expect(draftPath('b.csv')).toBe('.b.csv.part');
});
