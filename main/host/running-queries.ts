/** A query or command under way, as `.show running queries` lists it. */
export interface RunningQuery {
  readonly queryId: string;
  /** With its secrets hidden. */
  readonly text: string;
  readonly database: string;
  readonly startedAt: Date;
  readonly cancel: () => void;
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

  /** False if no query has this id. */
  cancel(queryId: string): boolean {
    const query = this.byId.get(queryId);
    query?.cancel();
    return query !== undefined;
  }
}
