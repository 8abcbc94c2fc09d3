import { rm } from 'node:fs/promises';

/**
 * Which files running queries read. A file whose extent was dropped is deleted at once when nobody reads it,
 * else when its last reader lets go. What a crash leaves behind is swept at the next start.
 */
export class Snapshots {
  private readonly pins = new Map<string, number>();
  private readonly byQuery = new Map<string, string[]>();
  private readonly dropped = new Set<string>();
  private readonly onError: (path: string, error: unknown) => void;

  constructor(onError: (path: string, error: unknown) => void) {
    this.onError = onError;
  }

  /** A query may take more than once; all are let go together. */
  pin(queryId: string, paths: readonly string[]): void {
    const held = this.byQuery.get(queryId) ?? [];
    this.byQuery.set(queryId, held);
    for (const path of paths) {
      held.push(path);
      this.pins.set(path, (this.pins.get(path) ?? 0) + 1);
    }
  }

  release(queryId: string): void {
    for (const path of this.byQuery.get(queryId) ?? []) {
      const left = (this.pins.get(path) ?? 1) - 1;
      if (left > 0) {
        this.pins.set(path, left);
        continue;
      }
      this.pins.delete(path);
      if (this.dropped.delete(path)) this.remove(path);
    }
    this.byQuery.delete(queryId);
  }

  releaseAll(): void {
    for (const queryId of [...this.byQuery.keys()]) this.release(queryId);
  }

  /** The catalog no longer names these files. */
  dropFiles(paths: readonly string[]): void {
    for (const path of paths) {
      if (this.pins.has(path)) this.dropped.add(path);
      else this.remove(path);
    }
  }

  isPinned(path: string): boolean {
    return this.pins.has(path);
  }

  private remove(path: string): void {
    rm(path, { force: true }).catch((error: unknown) => this.onError(path, error));
  }
}
