import type { Plan } from '../plan/plan.ts';
import { type Plugin, type PluginCall, SchemaNeeded } from '../plugins/define.ts';
import { plugins } from '../plugins/index.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { type OperatorContext, source } from './define.ts';

const NOTHING: Plan = { op: 'rows', rows: [[]], columns: [] };

/** The plugin that an evaluate operator names; undefined where there is none that works. */
export function pluginOf(node: SyntaxNode): Plugin | undefined {
  const plugin = plugins.get(node.child('FunctionCall').child('Name').name);
  return plugin?.kind === 'plugin' ? plugin : undefined;
}

export function pluginCall(
  node: SyntaxNode,
  input: Plan | undefined,
  context: OperatorContext,
): PluginCall {
  const functionCall = node.child('FunctionCall');
  const name = functionCall.child('Name').name;
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
  return {
    node,
    args,
    input: rows,
    context,
    columns: known && type?.kind === 'table' ? type.columns : undefined,
    constant: (index) => {
      const arg = args[index];
      return arg ? context.constant(arg) : undefined;
    },
    expr: (index) => context.expr(argument(index), rows),
    columnName: (index) => {
      const expr = context.expr(argument(index), rows);
      return expr.k === 'column'
        ? expr.name
        : argument(index).fail('semantic', 'column_needed', `${name} takes a column here.`);
    },
  };
}

/** `evaluate plugin(…) [: (columns)]` (page "evaluate plugin operator"). */
export const evaluate = source('EvaluateOperator', ['evaluate'], (node, input, context) => {
  const functionCall = node.child('FunctionCall');
  const name = functionCall.child('Name').name;
  const plugin = pluginOf(node);
  if (!plugin) return unavailable(node, name);
  const call = pluginCall(node, input, context);
  if (call.columns) return plugin.bind(call, call.columns);
  if (plugin.schema) {
    const wanted = plugin.schema(call);
    const offset = functionCall.start + functionCall.length;
    throw new SchemaNeeded({ offset, source: functionCall.source }, wanted.plan, wanted.columns);
  }
  return plugin.bind(call, node.resultType?.kind === 'table' ? node.columns : call.input.columns);
});

function unavailable(node: SyntaxNode, name: string): never {
  const plugin = plugins.get(name);
  const reason = plugin?.kind === 'never' || plugin?.kind === 'later' ? `: ${plugin.reason}` : '';
  return plugin?.kind === 'never'
    ? node.fail(
        'unsupported',
        'meaningless_here',
        `The plugin ${name} has no meaning on this desk${reason}`,
      )
    : node.fail(
        'unsupported',
        'not_implemented',
        `not implemented in Calypso: plugin ${name}${reason}`,
      );
}
