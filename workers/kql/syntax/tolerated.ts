import type { Diagnostic } from '../../../common/contract/values.ts';
import type { SyntaxNode } from './node.ts';

/**
 * Functions whose arguments the service converts although Kusto.Language's signatures don't say so: `count(x)`
 * counts rows, `make_timespan` takes a real for the seconds.
 */
const LENIENT: ReadonlySet<string> = new Set([
  'base64_encode_fromguid',
  'count',
  'make_timespan',
  'percentiles_array_tdigest',
  'series_fit_poly',
]);

/** KS107 type expected, KS134 integer expected, KS234 array expected, KS106 operand types, KS124 unknown plugin. */
const LOOSE_CODES: ReadonlySet<string> = new Set(['KS107', 'KS134', 'KS106']);

/**
 * KS118 arguments, KS188 no case of the pattern, KS142 unknown name: a pattern that is not declared for a call is
 * told by its binder, in the sentence that programs look for.
 */
const PATTERN_CODES: ReadonlySet<string> = new Set(['KS118', 'KS142', 'KS188']);

const isPatternCall = (node: SyntaxNode): boolean =>
  node.type === 'FunctionCallExpression' && node.symbol?.kind === 'Pattern';

/** Plugins whose pages allow more, or other, arguments than Kusto.Language's signatures say. */
const LENIENT_PLUGINS: ReadonlySet<string> = new Set([
  'activity_counts_metrics',
  'activity_metrics',
  'bag_unpack',
  'new_activity_metrics',
  'python',
]);
/** KS107 type of an argument that is named, KS119 number of arguments, KS138 summable expected, KS235 bag expected. */
const PLUGIN_CODES: ReadonlySet<string> = new Set(['KS107', 'KS119', 'KS138', 'KS235']);

const isFuzzyUnion = (node: SyntaxNode): boolean =>
  node.type === 'UnionOperator' &&
  node.list('Parameters').some((p) => /^isfuzzy\s*=\s*true$/i.test(p.text.trim()));

/** KS106, KS107 and KS141: types that are not what an operator, a parameter or a filter expects. */
const FOUND_LATER_CODES: ReadonlySet<string> = new Set(['KS106', 'KS107', 'KS141']);

/** What column_ifexists() finds in a function's table, and its type, is known where the function is called. */
const looksForColumns = (node: SyntaxNode): boolean =>
  node.type === 'FunctionDeclaration' && node.text.includes('column_ifexists(');

/** The nodes from the root down to an offset. */
function pathTo(root: SyntaxNode, start: number, length: number): SyntaxNode[] {
  const path: SyntaxNode[] = [];
  let node: SyntaxNode | undefined = root;
  while (node) {
    path.push(node);
    node = node
      .children()
      .find((c) => c.start <= start && c.start + c.length >= start + length && c.length > 0);
  }
  return path;
}

/** Whether the service accepts what Kusto.Language marks as an error; known cases only. */
export function tolerated(
  diagnostic: Diagnostic,
  root: SyntaxNode,
  isPlugin: (name: string) => boolean,
): boolean {
  if (diagnostic.code === 'KS234') return true;
  const { start, length } = diagnostic.span;
  if (diagnostic.code === 'KS124') return isPlugin(diagnostic.message.split("'")[1] ?? '');
  const path = pathTo(root, start, length);
  if (
    PATTERN_CODES.has(diagnostic.code) &&
    path.some(
      (n) =>
        isPatternCall(n) || (n.type === 'PathExpression' && isPatternCall(n.child('Expression'))),
    )
  )
    return true;
  if (
    PLUGIN_CODES.has(diagnostic.code) &&
    path.some(
      (n) =>
        n.type === 'EvaluateOperator' &&
        LENIENT_PLUGINS.has(n.child('FunctionCall').child('Name').name),
    )
  )
    return true;
  if (FOUND_LATER_CODES.has(diagnostic.code) && path.some(looksForColumns)) return true;
  // The binder of a union with isfuzzy leaves out a wildcard that fits nothing.
  if (diagnostic.code === 'KS142')
    return path.at(-1)?.text.includes('*') === true && path.some(isFuzzyUnion);
  if (!LOOSE_CODES.has(diagnostic.code)) return false;
  return path.some(
    (n) =>
      n.type === 'SearchOperator' ||
      (n.type === 'FunctionCallExpression' && LENIENT.has(n.child('Name').name)),
  );
}
