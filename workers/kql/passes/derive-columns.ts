import type { Column } from '../../../common/types/kql-type.ts';
import { expressionsOf } from '../plan/expressions.ts';
import { column, constant, type Expr, inputsOf, type Plan, select } from '../plan/plan.ts';
import { exprText } from '../plan/print.ts';
import { pruneColumns } from './prune-columns.ts';

type Scan = Plan & { readonly op: 'scan' };

/** A value out of a dynamic column, or a text in small letters, as a column that a copy of the table could hold. */
export interface DerivedColumn extends Column {
  /** Over the columns of the table. */
  readonly expr: Expr;
  /** The column that it is made from. */
  readonly source: string;
}

/** Scans of the new plans that read derived columns, each with the scan of the table as it is. */
export interface DerivedScan {
  readonly original: Scan;
  readonly derived: readonly DerivedColumn[];
}

export interface DerivedPlans {
  readonly plans: readonly Plan[];
  readonly scans: ReadonlyMap<Scan, DerivedScan>;
}

/** Reading a path, and making a value of a type of it. */
const READING: ReadonlySet<string> = new Set(['op_Member', 'op_Element']);
const MAKING: ReadonlySet<string> = new Set([
  'tostring',
  'toint',
  'tolong',
  'toreal',
  'todouble',
  'tobool',
  'todatetime',
  'totimespan',
  'toguid',
]);

/**
 * The same plans with paths into dynamic columns, and texts that are searched whatever their case, read as columns
 * of their tables, for tables that have a copy with such columns. Undefined where there is nothing to gain: no such
 * part, or the column that it is made from is read as well.
 */
export function deriveColumns(plans: readonly Plan[]): DerivedPlans | undefined {
  const deriving = new Deriving(plans);
  if (deriving.wanted.size === 0) return undefined;
  const made = pruneColumns(plans.map((plan) => deriving.exact(plan)));
  const scans = new Map<Scan, DerivedScan>();
  for (const scan of scansOf(made)) {
    const found = deriving.wantedBy(scan);
    if (!found) continue;
    const names = new Set(scan.columns.map((c) => c.name));
    const derived = found.derived.filter((d) => names.has(d.name));
    if (derived.some((d) => names.has(d.source))) return undefined;
    scans.set(scan, { original: found.original, derived });
  }
  return scans.size > 0 ? { plans: made, scans } : undefined;
}

/** Part of an expression that is a value of one column, and what it becomes when that value is a column. */
interface Derivable {
  /** The column that it is made from. */
  readonly source: string;
  readonly value: Expr;
  readonly replaced: (derived: Expr) => Expr;
}

/** Comparisons that fold case, and what they are over text in small letters. */
const FOLDING: Readonly<Record<string, string>> = {
  op_Has: 'op_HasCs',
  op_NotHas: 'op_NotHasCs',
  op_HasPrefix: 'op_HasPrefixCs',
  op_NotHasPrefix: 'op_NotHasPrefixCs',
  op_HasSuffix: 'op_HasSuffixCs',
  op_NotHasSuffix: 'op_NotHasSuffixCs',
  op_Contains: 'op_ContainsCs',
  op_NotContains: 'op_NotContainsCs',
};

const ASCII = /^[ -~]+$/;

function derivable(expr: Expr): Derivable | undefined {
  if (expr.k !== 'call') return undefined;
  const [first, second, ...rest] = expr.args;
  if (!first || rest.length > 0) return undefined;
  const exact = FOLDING[expr.name];
  if (exact !== undefined) {
    if (first.k !== 'column' || first.type !== 'string') return undefined;
    if (second?.k !== 'constant' || typeof second.value !== 'string') return undefined;
    // Other scripts have letters whose small form is none of their own.
    if (!ASCII.test(second.value)) return undefined;
    const needle = constant(second.value.toLowerCase(), 'string');
    return {
      source: first.name,
      value: { ...expr, name: 'tolower', args: [first], type: 'string' },
      replaced: (derived) => ({ ...expr, name: exact, args: [derived, needle] }),
    };
  }
  const source = MAKING.has(expr.name)
    ? second === undefined
      ? pathSource(first)
      : undefined
    : pathSource(expr);
  return source === undefined ? undefined : { source, value: expr, replaced: (made) => made };
}

/** The dynamic column that a path starts from. */
function pathSource(expr: Expr): string | undefined {
  if (expr.k !== 'call' || !READING.has(expr.name)) return undefined;
  const [target, key] = expr.args;
  if (!target || key?.k !== 'constant') return undefined;
  if (target.k === 'column') return target.type === 'dynamic' ? target.name : undefined;
  return pathSource(target);
}

class Deriving {
  /** Derived columns by their scan. */
  readonly wanted = new Map<Scan, Map<string, DerivedColumn>>();
  /** Names that a projection has to let through. */
  readonly #through = new Map<Plan, Set<string>>();
  readonly #parents = new Map<Plan, number>();
  readonly #done = new Map<Plan, Plan>();

  constructor(plans: readonly Plan[]) {
    for (const plan of plans) this.#count(plan);
    const seen = new Set<Plan>();
    const visit = (plan: Plan): void => {
      if (seen.has(plan)) return;
      seen.add(plan);
      this.#collect(plan);
      for (const input of inputsOf(plan)) visit(input);
    };
    for (const plan of plans) visit(plan);
  }

  /** Pruning makes new nodes: they are known by the names of their derived columns. */
  wantedBy(scan: Scan): { original: Scan; derived: DerivedColumn[] } | undefined {
    for (const [original, derived] of this.wanted)
      if (scan.columns.some((c) => derived.has(c.name)))
        return { original, derived: [...derived.values()] };
    return undefined;
  }

  #count(plan: Plan): void {
    const before = this.#parents.get(plan) ?? 0;
    this.#parents.set(plan, before + 1);
    if (before === 0) for (const input of inputsOf(plan)) this.#count(input);
  }

  #collect(plan: Plan): void {
    if (plan.op !== 'filter' && plan.op !== 'project' && plan.op !== 'aggregate') return;
    for (const expr of expressionsOf(plan)) this.#replace(expr, plan.input);
  }

  /** Notes that a node wants a value of its input's column, if that comes from a scan as it is. */
  #want({ source, value }: Derivable, input: Plan): Expr | undefined {
    const projections: Plan[] = [];
    let node = input;
    while (node.op !== 'scan') {
      if (this.#parents.get(node) !== 1) return undefined;
      if (node.op === 'project') {
        const at = node.columns.findIndex((c) => c.name === source);
        const from = node.exprs[at];
        if (from?.k !== 'column' || from.name !== source) return undefined;
        projections.push(node);
      } else if (node.op !== 'filter' && node.op !== 'sort' && node.op !== 'limit')
        return undefined;
      node = node.input;
    }
    if (this.#parents.get(node) !== 1 || node.external || node.delta !== undefined)
      return undefined;
    if (!node.columns.some((c) => c.name === source)) return undefined;
    const derived = this.wanted.get(node) ?? new Map<string, DerivedColumn>();
    this.wanted.set(node, derived);
    const place = [...this.wanted.keys()].indexOf(node);
    const name = `·${place} ${exprText(value)}`;
    derived.set(name, { name, type: value.type, expr: value, source });
    for (const projection of projections) {
      const through = this.#through.get(projection) ?? new Set();
      this.#through.set(projection, through.add(name));
    }
    return column(name, value.type);
  }

  /** A node with the columns that it had. */
  exact(plan: Plan): Plan {
    const made = this.#rebuild(plan);
    return made.columns.length === plan.columns.length
      ? made
      : select(
          made,
          plan.columns.map((c) => ({ from: c.name })),
        );
  }

  #rebuild(plan: Plan): Plan {
    const known = this.#done.get(plan);
    if (known) return known;
    const made = this.#make(plan);
    this.#done.set(plan, made);
    return made;
  }

  #make(plan: Plan): Plan {
    switch (plan.op) {
      case 'scan': {
        const derived = this.wanted.get(plan);
        if (!derived) return plan;
        const columns = [...derived.values()].map(({ name, type }) => ({ name, type }));
        return { ...plan, columns: [...plan.columns, ...columns] };
      }
      case 'rows':
        return plan;
      case 'filter': {
        const input = this.#rebuild(plan.input);
        const predicate = this.#replace(plan.predicate, plan.input);
        return { ...plan, input, columns: input.columns, predicate };
      }
      case 'sort':
      case 'limit': {
        const input = this.#rebuild(plan.input);
        return { ...plan, input, columns: input.columns };
      }
      case 'project': {
        const input = this.#rebuild(plan.input);
        const more = input.columns.filter((c) => this.#through.get(plan)?.has(c.name));
        return {
          ...plan,
          input,
          exprs: [
            ...plan.exprs.map((e) => this.#replace(e, plan.input)),
            ...more.map((c) => column(c.name, c.type)),
          ],
          columns: [...plan.columns, ...more],
        };
      }
      case 'aggregate':
        return {
          ...plan,
          input: this.#rebuild(plan.input),
          keys: plan.keys.map((e) => this.#replace(e, plan.input)),
          aggregates: plan.aggregates.map((e) => this.#replace(e, plan.input)),
        };
      case 'join':
        return { ...plan, left: this.exact(plan.left), right: this.exact(plan.right) };
      case 'serialize':
      case 'materialize':
      case 'distinct':
        return { ...plan, input: this.exact(plan.input) };
      case 'union':
      case 'custom':
      case 'step':
        return { ...plan, inputs: plan.inputs.map((input) => this.exact(input)) };
    }
  }

  /** The expression with values of columns in place of what makes them, the largest such parts only. */
  #replace(expr: Expr, input: Plan): Expr {
    const part = derivable(expr);
    const derived = part && this.#want(part, input);
    if (part && derived) return part.replaced(derived);
    if (expr.k === 'call' || expr.k === 'aggregate' || expr.k === 'window')
      return { ...expr, args: expr.args.map((a) => this.#replace(a, input)) };
    return expr.k === 'inSubquery' ? { ...expr, value: this.#replace(expr.value, input) } : expr;
  }
}

function scansOf(plans: readonly Plan[]): Scan[] {
  const found = new Set<Scan>();
  const visit = (plan: Plan): void => {
    if (plan.op === 'scan') found.add(plan);
    else for (const input of inputsOf(plan)) visit(input);
  };
  for (const plan of plans) visit(plan);
  return [...found];
}
