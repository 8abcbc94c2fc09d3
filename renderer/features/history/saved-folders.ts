import type { SavedQuery } from '../../../common/contract/workspace.ts';

export interface SavedFolder {
  /** Empty for queries that lie in no folder. */
  readonly name: string;
  readonly queries: readonly { readonly query: SavedQuery; readonly label: string }[];
}

/** Saved queries by folder: what stands before the last `/` of a title. Those without one come first. */
export function savedFolders(queries: readonly SavedQuery[]): readonly SavedFolder[] {
  const folders = new Map<string, { query: SavedQuery; label: string }[]>([['', []]]);
  for (const query of queries) {
    const cut = query.title.lastIndexOf('/');
    const label = query.title.slice(cut + 1).trim();
    const name = cut < 0 || label === '' ? '' : query.title.slice(0, cut).trim();
    const entry = { query, label: name === '' ? query.title : label };
    const known = folders.get(name);
    if (known) known.push(entry);
    else folders.set(name, [entry]);
  }
  return [...folders]
    .filter(([, inside]) => inside.length > 0)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, inside]) => ({ name, queries: inside }));
}
