import type { Plan } from '../plan/plan.ts';
import { type PluginCall, SchemaNeeded } from '../plugins/define.ts';
import { plugins } from '../plugins/index.ts';
import { source } from './define.ts';

const NOTHING: Plan = { op: 'rows', rows: [[]], columns: [] };

/** `evaluate plugin(…) [: (columns)]` (page "evaluate plugin operator"). */
export const evaluate = source('EvaluateOperator', ['evaluate'], (node, input, context) => {
  const functionCall = node.child('FunctionCall');
  const name = functionCall.child('Name').name;
  const plugin = plugins.get(name);
  if (plugin?.kind !== 'plugin') {
    const reason = plugin ? `: ${plugin.reason}` : '';
    return node.fail(
      'unsupported',
      plugin?.kind === 'never' ? 'meaningless_here' : 'not_implemented',
      plugin?.kind === 'never'
        ? `The plugin ${name} has no meaning on this desk${reason}`
        : `not implemented in Calypso: plugin ${name}${reason}`,
    );
  }
  const args = functionCall.child('ArgumentList').list('Expressions');
  const rows = input ?? NOTHING;
  const type = node.resultType;
  const known =
    node.maybe('Schema') !== undefined ||
    (type?.kind === 'table' && !type.open && type.columns.length > 0);
  const argument = (index: number) => {
    const arg = args[index];
    return (
      arg ?? functionCall.fail('semantic', 'arguments', `${name} needs argument ${index + 1}.`)
    );
  };
  const call: PluginCall = {
    node,
    args,
    input: rows,
    context,
    columns: known && type?.kind === 'table' ? type.columns : undefined,
    constant: (index) => {
      const arg = args[index];
      return arg ? context.expressions.bindConstant(arg, context.scope) : undefined;
    },
    expr: (index) => context.expr(argument(index), rows),
    columnName: (index) => {
      const expr = context.expr(argument(index), rows);
      return expr.k === 'column'
        ? expr.name
        : argument(index).fail('semantic', 'column_needed', `${name} takes a column here.`);
    },
  };
  if (call.columns) return plugin.bind(call, call.columns);
  if (plugin.schema) {
    const wanted = plugin.schema(call);
    throw new SchemaNeeded(functionCall.start + functionCall.length, wanted.plan, wanted.columns);
  }
  return plugin.bind(call, type?.kind === 'table' ? type.columns : rows.columns);
});
