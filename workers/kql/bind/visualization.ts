import type { Visualization } from '../../../common/contract/values.ts';
import type { SyntaxNode } from '../syntax/node.ts';

/** The annotation of a `render` at the end of a query (page "render operator"). */
export function visualizationOf(node: SyntaxNode): Visualization | undefined {
  if (node.type !== 'PipeExpression') return undefined;
  const operator = node.child('Operator');
  if (operator.type === 'AsOperator') return visualizationOf(node.child('Expression'));
  if (operator.type !== 'RenderOperator') return undefined;
  const properties: Record<string, string> = {};
  const given = [
    ...operator.list('Parameters'),
    ...(operator.maybe('WithClause')?.list('Properties') ?? []),
  ];
  for (const property of given) {
    if (property.type !== 'NamedParameter') continue;
    const value = property.child('Expression');
    properties[property.child('Name').name.toLowerCase()] =
      value.raw.LiteralValue !== undefined &&
      value.raw.LiteralValue !== null &&
      typeof value.raw.LiteralValue === 'string'
        ? value.raw.LiteralValue
        : value.text;
  }
  return { kind: operator.child('ChartType').text.toLowerCase(), properties };
}
