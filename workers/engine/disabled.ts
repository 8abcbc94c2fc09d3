import { AppError } from '../../common/errors/app-error.ts';
import { expressionsOf } from '../kql/plan/expressions.ts';
import { inputsOf, type Plan, walkExpr } from '../kql/plan/plan.ts';

/** What a request may forbid its own query (page "Request properties"), by what stands in the plan. */
const RULES: readonly {
  readonly option: string;
  readonly what: string;
  readonly steps?: ReadonlySet<string>;
  readonly scan?: 'files' | 'table';
}[] = [
  {
    option: 'request_external_data_disabled',
    what: 'external data',
    scan: 'files',
    steps: new Set(['infer_storage_schema', 'infer_storage_schema_with_suggestions']),
  },
  { option: 'request_external_table_disabled', what: 'external tables', scan: 'table' },
  {
    option: 'request_callout_disabled',
    what: 'calls of other services',
    steps: new Set(['http_request', 'http_request_post']),
  },
  {
    option: 'request_sandboxed_execution_disabled',
    what: 'code of other languages',
    steps: new Set(['python']),
  },
];

type Options = Readonly<Record<string, string | number | boolean>>;

const isOn = (value: string | number | boolean | undefined): boolean =>
  value === true || value === 1 || (typeof value === 'string' && /^(true|1)$/i.test(value));

/** Refuses plans that do what their request forbids; what the text itself sets only adds to it. */
export function refuseDisabled(plans: readonly Plan[], given: Options, set: Options): void {
  const active = RULES.filter(({ option }) => isOn(given[option]) || isOn(set[option]));
  if (active.length === 0) return;
  const seen = new Set<Plan>();
  const visit = (plan: Plan): void => {
    if (seen.has(plan)) return;
    seen.add(plan);
    const rule = active.find((r) =>
      plan.op === 'step'
        ? r.steps?.has(plan.name)
        : plan.op === 'scan' && plan.external?.kind === r.scan && r.scan !== undefined,
    );
    if (rule)
      throw new AppError(
        'semantic',
        'disabled_by_request',
        `This request forbids ${rule.what} (${rule.option}).`,
      );
    for (const expr of expressionsOf(plan))
      walkExpr(expr, (e) => {
        if (e.k === 'subquery' || e.k === 'inSubquery') visit(e.plan);
      });
    for (const input of inputsOf(plan)) visit(input);
  };
  for (const plan of plans) visit(plan);
}
