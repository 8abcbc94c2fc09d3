import { expect, it } from 'vitest';
import type { SavedQuery } from '../../../common/contract/workspace.ts';
import { savedFolders } from './saved-folders.ts';

const saved = (title: string): SavedQuery => ({
  id: title,
  title,
  description: '',
  text: '',
  database: '',
});

it('puts queries into the folders that their titles name, loose ones first', () => {
  const folders = savedFolders(['slow/Disks', 'Flights', 'slow/net/Ports', 'odd/'].map(saved));
  expect(folders.map((f) => [f.name, f.queries.map((q) => q.label)])).toEqual([
    ['', ['Flights', 'odd/']],
    ['slow', ['Disks']],
    ['slow/net', ['Ports']],
  ]);
});
