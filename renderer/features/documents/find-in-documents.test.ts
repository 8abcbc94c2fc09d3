import { expect, it } from 'vitest';
import type { Document } from '../../../common/contract/workspace.ts';
import { findInDocuments, replaceAll } from './find-in-documents.ts';

const document = (id: string, text: string): Document => ({
  id,
  title: `Tab ${id}`,
  text,
  database: 'D',
  position: 0,
  updatedAt: '',
});
const TABS = [document('a', 'Flights\n| where Delay > 3'), document('b', 'print 1')];

it('lists the tabs while nothing is looked for', () => {
  expect(findInDocuments(TABS, '').map((f) => [f.document.id, f.line])).toEqual([
    ['a', 0],
    ['b', 0],
  ]);
});

it('finds lines in all tabs, in any case, with their places', () => {
  expect(findInDocuments(TABS, 'delay').map((f) => [f.document.id, f.line, f.offset])).toEqual([
    ['a', 2, 16],
  ]);
});

it('replaces what was looked for as it stands, not as a pattern', () => {
  expect(replaceAll('a.b A.B axb', 'a.b', '$&')).toEqual({ text: '$& $& axb', count: 2 });
});
