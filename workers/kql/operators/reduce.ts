import type { Column } from '../../../common/types/kql-type.ts';
import {
  column,
  type Plan,
  type Row,
  type StepContext,
  type StepRun,
  select,
  sort,
} from '../plan/plan.ts';
import { groupsOf, type ValueCount } from '../steps/patterns.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { type OperatorContext, operator } from './define.ts';
import { project } from './outputs.ts';
import { aggregatePlan } from './summarize.ts';

const VALUE = '·value';
const COUNT = '·count';
const DEFAULT_THRESHOLD = 0.1;

/** A constant of the `with` clause. */
function option(node: SyntaxNode, name: string, context: OperatorContext): unknown {
  const found = node
    .maybe('With')
    ?.list('Parameters')
    .find((p) => p.child('Name').name.toLowerCase() === name);
  return found
    ? context.expressions.bindConstant(found.child('Expression'), context.scope).value
    : undefined;
}

/**
 * Texts put together by what they have in common (page "reduce operator"). SQL counts the different values; they are
 * grouped in TypeScript.
 */
export const reduce = operator('ReduceByOperator', ['reduce'], (node, input, context) => {
  const threshold = option(node, 'threshold', context) ?? DEFAULT_THRESHOLD;
  const characters = String(option(node, 'characters', context) ?? '');
  if (typeof threshold !== 'number' || !(threshold >= 0 && threshold <= 1))
    return node.fail('semantic', 'reduce_threshold', 'The threshold is a real from 0 to 1.');
  const value = context.expr(node.child('Expression'), input);
  const whole: Plan = {
    op: 'materialize',
    columns: [...input.columns, { name: VALUE, type: value.type }],
    input: project(
      input,
      [...input.columns.map((c) => column(c.name, c.type)), value],
      [...input.columns, { name: VALUE, type: value.type }],
    ),
  };
  const counts = aggregatePlan(
    whole,
    [{ name: VALUE, expr: column(VALUE, value.type) }],
    [
      {
        name: COUNT,
        expr: { k: 'aggregate', name: 'count', args: [], type: 'long', span: node.span },
      },
    ],
  );
  const ranked = sort(counts, [
    { expr: column(COUNT, 'long'), descending: true, nullsFirst: false },
    { expr: column(VALUE, value.type), descending: false, nullsFirst: true },
  ]);
  const group = (values: readonly ValueCount[]) => groupsOf(values, threshold, characters);
  const made = node.columns.slice(-3);
  if (context.parameter(node, 'kind')?.text.toLowerCase() !== 'source')
    return {
      op: 'step',
      name: 'reduce',
      inputs: [ranked],
      columns: made,
      run: runReduce((values) =>
        group(values).map((g) => [g.pattern, g.count, g.representative] as Row),
      ),
    };
  const known: Column[] = [{ name: VALUE, type: value.type }, ...made];
  const groups: Plan = {
    op: 'step',
    name: 'reduce',
    inputs: [ranked],
    columns: known,
    run: runReduce((values) =>
      group(values).flatMap((g) =>
        g.values.map((v) => [v, g.pattern, g.count, g.representative] as Row),
      ),
    ),
  };
  const joined: Plan = {
    op: 'join',
    kind: 'inner',
    left: whole,
    right: groups,
    on: [{ left: column(VALUE, value.type, 'left'), right: column(VALUE, value.type, 'right') }],
    output: [
      ...input.columns.map((c) => ({ side: 'left' as const, name: c.name })),
      ...made.map((c) => ({ side: 'right' as const, name: c.name })),
    ],
    columns: [...input.columns, ...made],
  };
  return select(
    joined,
    joined.columns.map((c) => ({ from: c.name })),
  );
});

function runReduce(answer: (values: readonly ValueCount[]) => readonly Row[]): StepRun {
  return async function* ([batches], context: StepContext) {
    const values: ValueCount[] = [];
    for await (const batch of batches ?? []) {
      context.check();
      context.account(batch.length * 2);
      for (const [text, count] of batch)
        values.push({ text: String(text ?? ''), count: typeof count === 'bigint' ? count : 0n });
    }
    yield answer(values);
  };
}
