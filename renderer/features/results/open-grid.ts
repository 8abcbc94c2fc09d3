import type { Services } from '../../client/services.ts';
import type { ResultView } from './result-view.ts';

/** The grid on the page, for commands. */
export interface OpenGrid {
  readonly view: ResultView;
  focus(): void;
  find(): void;
}

const open = new WeakMap<Services, OpenGrid>();

export function registerGrid(services: Services, grid: OpenGrid): () => void {
  open.set(services, grid);
  return () => {
    if (open.get(services) === grid) open.delete(services);
  };
}

export const openGrid = (services: Services): OpenGrid | undefined => open.get(services);
