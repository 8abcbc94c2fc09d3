import type { Diagnostic } from '../../common/contract/values.ts';
import { AppError } from '../../common/errors/app-error.ts';
import { type BindOptions, QueryBinder } from './bind/query.ts';
import { type ScanRanges, scanRanges } from './passes/push-ranges.ts';
import type { PlannedQuery } from './plan/plan.ts';
import { plugins } from './plugins/index.ts';
import type { GlobalsCache } from './syntax/globals.ts';
import { parse } from './syntax/parse.ts';
import { tolerated } from './syntax/tolerated.ts';

export interface Compiled extends PlannedQuery {
  readonly warnings: readonly Diagnostic[];
  /** The stored tables that the plans read. */
  readonly ranges: ScanRanges;
}

/** Text to plans. The first error is thrown, with all of them in its details. */
export function compile(
  text: string,
  globals: GlobalsCache,
  options: Omit<BindOptions, 'schema'>,
): Compiled {
  const parsed = parse(text, options.database, globals);
  const errors = parsed.diagnostics.filter(
    (d) => d.severity === 'error' && !tolerated(d, parsed.root, (name) => plugins.has(name)),
  );
  const first = errors[0];
  if (first)
    throw new AppError(/^KS0/.test(first.code) ? 'syntax' : 'semantic', first.code, first.message, {
      span: first.span,
      details: { diagnostics: errors },
    });
  const binder = new QueryBinder({ ...options, schema: globals.schema });
  const planned = binder.bind(parsed.root);
  if (planned.results.length === 0)
    throw new AppError(
      'syntax',
      'no_query',
      'The text holds no query: add a table or expression to run.',
    );
  return {
    ...planned,
    ranges: scanRanges(planned.results.map((r) => r.plan)),
    warnings: [...parsed.diagnostics.filter((d) => d.severity !== 'error'), ...binder.warnings],
  };
}
