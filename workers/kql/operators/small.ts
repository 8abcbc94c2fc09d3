import { AppError } from '../../../common/errors/app-error.ts';
import type { Plan } from '../plan/plan.ts';
import { operator } from './define.ts';

/** `T | invoke f(args)`: the table is the function's first argument (page "invoke operator"). */
export const invoke = operator('InvokeOperator', ['invoke'], (node, input, context) => {
  const call = node.child('Function');
  const name = call.child('Name').name;
  const { body, inner } = context.expressions.functionBody(
    call,
    name,
    context.scope,
    { columns: [] },
    { piped: input },
  );
  for (const statement of body.list('Statements')) context.expressions.declare(statement, inner);
  return context.tabular(body.child('Expression'), inner);
});

/** Stops the query if the schema is not as stated (page "assert-schema operator"). */
export const assertSchema = operator('AssertSchemaOperator', ['assert-schema'], (node, input) => {
  const stated = node
    .child('Schema')
    .list('Columns')
    .map((c) => ({
      name: c.child('Name').name,
      type: c.child('Type').text.trim(),
    }));
  const same =
    stated.length === input.columns.length &&
    stated.every((s, i) => s.name === input.columns[i]?.name && s.type === input.columns[i]?.type);
  if (same) return input;
  throw new AppError(
    'semantic',
    'schema_mismatch',
    `The schema is (${input.columns.map((c) => `${c.name}: ${c.type}`).join(', ')}), not (${stated.map((s) => `${s.name}: ${s.type}`).join(', ')}).`,
    { span: node.span },
  );
});

/** The rows are kept for the rest of the query; the next run computes them again. */
export const executeAndCache = operator(
  'ExecuteAndCacheOperator',
  ['execute-and-cache'],
  (_node, input): Plan => ({
    op: 'materialize',
    input,
    columns: input.columns,
  }),
);
