/** A query or command under way, as `.show running queries` lists it. */
export interface RunningQuery {
  readonly queryId: string;
  /** With its secrets hidden. */
  readonly text: string;
  readonly database: string;
  readonly startedAt: Date;
  readonly cancel: () => void;
}

/** Ids that clients choose may come twice; what the host adds behind this mark makes them one of a kind. */
const MARK = '#';

export function uniqueQueryId(clientRequestId: string, activityId: string): string {
  return clientRequestId + MARK + activityId;
}

/** The id by which a client knows its query. */
export function clientIdOf(queryId: string): string {
  const at = queryId.lastIndexOf(MARK);
  return at < 0 ? queryId : queryId.slice(0, at);
}

export class RunningQueries {
  private readonly byId = new Map<string, RunningQuery>();

  /** Returns the function that takes it from the list. */
  add(query: RunningQuery): () => void {
    this.byId.set(query.queryId, query);
    return () => {
      if (this.byId.get(query.queryId) === query) this.byId.delete(query.queryId);
    };
  }

  list(): readonly RunningQuery[] {
    return [...this.byId.values()];
  }

  /** Cancels all queries that a client knows by this id. False if there is none. */
  cancel(id: string): boolean {
    const found = this.list().filter(({ queryId }) => queryId === id || clientIdOf(queryId) === id);
    for (const query of found) query.cancel();
    return found.length > 0;
  }
}
