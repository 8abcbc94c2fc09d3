import type { Document } from '../../../common/contract/workspace.ts';
import type { Services } from '../../client/services.ts';
import { newId } from '../../client/session-store.ts';
import { SETTINGS } from '../../client/settings-store.ts';

type Needs = Pick<Services, 'host' | 'session' | 'schema'>;

const CLOSED = -1;

export interface NewDocument {
  readonly title?: string;
  readonly text?: string;
  readonly database?: string;
  readonly path?: string;
}

/** The database of the document in front, else the first one. */
export function currentDatabase({ session, schema }: Needs): string {
  return session.active()?.database ?? schema.getState().schema.databases[0]?.name ?? '';
}

/** `Query 3`: the least number that no open document has. */
export function freeTitle(documents: readonly Document[]): string {
  const taken = new Set(documents.map((document) => document.title));
  for (let n = 1; ; n++) if (!taken.has(`Query ${n}`)) return `Query ${n}`;
}

export function newDocument(services: Needs, given: NewDocument = {}): Document {
  const { session } = services;
  const { documents } = session.getState();
  const document: Document = {
    id: newId('document'),
    title: given.title ?? freeTitle(documents),
    text: given.text ?? '',
    database: given.database ?? currentDatabase(services),
    position: documents.length,
    ...(given.path === undefined ? {} : { path: given.path }),
    updatedAt: new Date().toISOString(),
  };
  session.setState({ documents: [...documents, document], activeId: document.id });
  save(services, document);
  return document;
}

export function changeDocument(
  services: Needs,
  id: string,
  change: Partial<Pick<Document, 'title' | 'text' | 'database' | 'path'>>,
): void {
  const { session } = services;
  const { documents } = session.getState();
  const index = documents.findIndex((document) => document.id === id);
  const before = documents[index];
  if (!before) return;
  const keys = Object.keys(change) as (keyof typeof change)[];
  if (keys.every((key) => before[key] === change[key])) return;
  const document = { ...before, ...change, updatedAt: new Date().toISOString() };
  session.setState({ documents: documents.with(index, document) });
  save(services, document);
}

/** Closes a document. What it holds can be opened again in this session; an empty one is forgotten. */
export function closeDocument(services: Needs, id: string): void {
  const { session, host } = services;
  const { documents, activeId, closed } = session.getState();
  const index = documents.findIndex((document) => document.id === id);
  const document = documents[index];
  if (!document) return;
  session.cancel(id);
  const rest = documents.toSpliced(index, 1);
  const blank = document.text.trim() === '';
  session.setState((s) => ({
    documents: rest,
    activeId: activeId === id ? (rest[Math.min(index, rest.length - 1)]?.id ?? '') : activeId,
    closed: blank ? closed : [...closed, document],
    runs: Object.fromEntries(Object.entries(s.runs).filter(([key]) => key !== id)),
  }));
  if (blank) host.call('documents.remove', { id }).catch(() => {});
  else save(services, { ...document, position: CLOSED });
  for (const [position, other] of rest.entries())
    if (other.position !== position) save(services, { ...other, position });
  if (rest.length === 0) newDocument(services, { database: document.database });
}

export function reopenDocument(services: Needs): void {
  const { session } = services;
  const { closed, documents } = session.getState();
  const document = closed.at(-1);
  if (!document) return;
  const again = { ...document, position: documents.length };
  session.setState({
    closed: closed.slice(0, -1),
    documents: [...documents, again],
    activeId: again.id,
  });
  save(services, again);
}

export function activate({ session }: Pick<Services, 'session'>, id: string): void {
  const { documents, activeId } = session.getState();
  if (activeId !== id && documents.some((document) => document.id === id))
    session.setState({ activeId: id });
}

/** Goes `by` tabs to the right (negative: left), around the ends. */
export function cycle(services: Pick<Services, 'session'>, by: number): void {
  const { documents, activeId } = services.session.getState();
  const at = documents.findIndex((document) => document.id === activeId);
  const next = documents[(at + by + documents.length) % documents.length];
  if (next) activate(services, next.id);
}

function save({ host, session }: Needs, document: Document): void {
  const position = session.getState().documents.findIndex((d) => d.id === document.id);
  host
    .call('documents.save', position < 0 ? document : { ...document, position })
    .catch(() => unsaved.add(document.id));
}

/** Documents whose last save failed because the host was away. */
const unsaved = new Set<string>();

/** Saves again what could not be saved; called when the host is back. */
export function saveAgain(services: Needs): void {
  const ids = [...unsaved];
  unsaved.clear();
  for (const document of services.session.getState().documents)
    if (ids.includes(document.id)) save(services, document);
}

/**
 * Opens the documents of the last session, or on the very first start the first of the saved queries, ready
 * to run.
 */
export async function restoreDocuments(
  services: Needs & Pick<Services, 'settings'>,
): Promise<void> {
  const { host, session, settings } = services;
  const { documents } = await host.call('documents.list', {});
  const open = documents
    .filter((document) => document.position !== CLOSED)
    .toSorted((a, b) => a.position - b.position);
  const first = open[0];
  if (first) {
    const last = settings.get(SETTINGS.activeDocument);
    session.setState({
      documents: open,
      activeId: open.some((document) => document.id === last) ? last : first.id,
    });
    return;
  }
  const { queries } = await host.call('savedQueries.list', {});
  const query = documents.length === 0 ? queries[0] : undefined;
  newDocument(
    services,
    query ? { title: query.title, text: query.text, database: query.database } : {},
  );
}
