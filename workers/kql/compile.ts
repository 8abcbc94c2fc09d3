import type { Diagnostic } from '../../common/contract/values.ts';
import { AppError } from '../../common/errors/app-error.ts';
import { type BindOptions, QueryBinder } from './bind/query.ts';
import { withExtentColumns } from './passes/extent-columns.ts';
import { pruneColumns } from './passes/prune-columns.ts';
import { type ScanRanges, scanRanges } from './passes/push-ranges.ts';
import type { Plan, PlannedQuery } from './plan/plan.ts';
import { SchemaNeeded } from './plugins/define.ts';
import { plugins } from './plugins/index.ts';
import type { GlobalsCache } from './syntax/globals.ts';
import { parse } from './syntax/parse.ts';
import { tolerated } from './syntax/tolerated.ts';
import { ViewBinder } from './views/bind-view.ts';

export interface Compiled extends PlannedQuery {
  readonly warnings: readonly Diagnostic[];
  /** The stored tables that the plans read. */
  readonly ranges: ScanRanges;
}

function firstTable({ results: [first] }: PlannedQuery): Plan {
  if (first) return first.plan;
  throw new AppError('syntax', 'no_query', 'The text holds no query.');
}

/** Text to plans. The first error is thrown, with all of them in its details. */
export function compile(
  text: string,
  globals: GlobalsCache,
  options: Omit<BindOptions, 'schema' | 'views' | 'fact' | 'nested'>,
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
  const binder = new QueryBinder({
    ...options,
    schema: globals.schema,
    views: new ViewBinder(globals, options.now),
    nested: (inner, database) =>
      firstTable(compile(inner, globals, { ...options, database, values: [] })),
  });
  const planned = placed(text, () => binder.bind(parsed.root));
  if (planned.results.length === 0)
    throw new AppError(
      'syntax',
      'no_query',
      'The text holds no query: add a table or expression to run.',
    );
  const plans = pruneColumns(withExtentColumns(planned.results.map((r) => r.plan)));
  return {
    ...planned,
    results: planned.results.map((r, i) => ({ ...r, plan: plans[i] ?? r.plan })),
    ranges: scanRanges(plans),
    warnings: [...parsed.diagnostics.filter((d) => d.severity !== 'error'), ...binder.warnings],
  };
}

/** Columns that a plugin of a function's body needs are asked for at their place in the whole text. */
function placed<T>(text: string, bind: () => T): T {
  try {
    return bind();
  } catch (error) {
    if (!(error instanceof SchemaNeeded)) throw error;
    throw (
      error.within(text) ??
      new AppError(
        'unsupported',
        'not_implemented',
        'A plugin in a stored function has columns that depend on the data: state them there, as in evaluate bag_unpack(d) : (a: long, b: string).',
      )
    );
  }
}

/** What one run of a view's materialization computes, as a plan with one result. */
export function compileViewStep(
  globals: GlobalsCache,
  view: { readonly database: string; readonly name: string; readonly step: 'delta' | 'merge' },
  now: bigint,
): Compiled {
  const step = new ViewBinder(globals, now).step(view.database, view.name, view.step);
  const [plan = step] = withExtentColumns([step]);
  return {
    results: [{ name: view.name, plan, visualization: undefined }],
    options: {},
    ranges: scanRanges([plan]),
    warnings: [],
  };
}
