import { AppError } from '../../../common/errors/app-error.ts';
import type { Outside } from '../../kql/plan/outside.ts';

const refuse = (what: string): never => {
  throw new AppError('unsupported', 'nothing_outside', `${what} works in the whole program only.`);
};

/** For an engine that stands alone: a step gets nothing from outside. */
export const NOTHING_OUTSIDE: Outside = {
  infer: async () => refuse('infer_storage_schema'),
  http: async () => refuse('http_request'),
  // biome-ignore lint/correctness/useYield: it never comes to that
  python: async function* () {
    refuse('python');
  },
  showCommand: async () => refuse('execute_show_command'),
};
