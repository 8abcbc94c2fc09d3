import type { KqlType } from '../../../common/types/kql-type.ts';
import { call, column, constant, type Expr, walkExpr } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import type { ExpressionBinder } from './expression.ts';
import { NO_ROW, type RowScope, Scope } from './scope.ts';

export interface SpecialCall {
  readonly node: SyntaxNode;
  readonly args: readonly SyntaxNode[];
  readonly scope: Scope;
  readonly row: RowScope;
  readonly binder: ExpressionBinder;
}

/** The names that toscalar() sees: it runs once per query, so nothing that differs from row to row (page "toscalar()"). */
export function oncePerQuery(node: SyntaxNode, scope: Scope): Scope {
  return new Scope(scope, {
    asked: (name, binding) => {
      let varies = false;
      if (binding.kind === 'scalar')
        walkExpr(binding.expr, (e) => {
          varies ||= e.k === 'column';
        });
      if (varies)
        node.fail(
          'semantic',
          'row_context',
          `toscalar() can't use '${name}' as it is defined outside its row-context scope: toscalar() runs once for the whole query. Use join or lookup.`,
        );
    },
  });
}

/** `column_ifexists("name", default)`: the column if the row has it (page "column_ifexists()"). */
function columnIfExists({ node, args, scope, row, binder }: SpecialCall): Expr {
  const [nameNode, fallback] = args;
  if (!nameNode || !fallback)
    return node.fail('semantic', 'arguments', `${node.text} takes a name and a default.`);
  const name = String(binder.bindConstant(nameNode, scope).value ?? '');
  const found = row.columns.find((c) => c.name === name);
  return found ? column(found.name, found.type) : binder.bind(fallback, scope, row);
}

/** A bag of the row's columns: all of them, or those named (pages "pack_all()", "bag_pack_columns()"). */
function pack(
  columns: readonly { readonly name: string; readonly expr: Expr }[],
  node: SyntaxNode,
): Expr {
  return call(
    'bag_pack',
    columns.flatMap((c) => [constant(c.name, 'string'), c.expr]),
    'dynamic',
    node.span,
  );
}

/**
 * Rows that came in after a cursor, or not after it. The cursor is a moment, as text in ticks or as a date; the empty
 * one lies before all rows (page "cursor_after()") and stands for now where rows before it are asked for.
 */
function besideCursor({ node, args, scope, row, binder }: SpecialCall, test: string): Expr {
  const [cursor] = args;
  if (!cursor) return node.fail('semantic', 'arguments', `${node.text} takes a cursor.`);
  const ingested = call('ingestion_time', [], 'datetime', node.span);
  const moment = binder.bindAs(cursor, 'string', scope, row);
  const all = call('isnotnull', [ingested], 'bool', node.span);
  if (moment.k === 'constant' && moment.value === '') return all;
  const compared = call(
    test,
    [ingested, call('__cursor_moment', [moment], 'datetime', node.span)],
    'bool',
    node.span,
  );
  if (moment.k === 'constant') return compared;
  return call('iff', [call('isempty', [moment], 'bool'), all, compared], 'bool', node.span);
}

/** A call of values among which a star stands for all of the row's columns. */
function overColumns(
  { node, args, scope, row, binder }: SpecialCall,
  name: string,
  type: KqlType,
): Expr {
  const values = args.flatMap((arg): Expr[] =>
    arg.type === 'StarExpression'
      ? row.columns.map((c) => column(c.name, c.type))
      : [binder.bind(arg, scope, row)],
  );
  return call(name, values, type, node.span);
}

/**
 * Functions that are about the text and the row's columns rather than about values; they become plain calls
 * while the query is planned.
 */
export const specialForms: Readonly<Record<string, (call: SpecialCall) => Expr>> = {
  column_ifexists: columnIfExists,
  columnifexists: columnIfExists,
  iscolumnexists: ({ args, scope, row, binder, node }) => {
    const nameNode = args[0];
    if (!nameNode) return node.fail('semantic', 'arguments', 'iscolumnexists() takes a name.');
    const name = String(binder.bindConstant(nameNode, scope).value ?? '');
    return constant(
      row.columns.some((c) => c.name === name),
      'bool',
    );
  },
  pack_all: ({ node, args, scope, row, binder }) => {
    const ignore = args[0] ? binder.bindConstant(args[0], scope).value === true : false;
    const bag = pack(
      row.columns.map((c) => ({ name: c.name, expr: column(c.name, c.type) })),
      node,
    );
    return ignore ? call('bag_without_empty', [bag], 'dynamic', node.span) : bag;
  },
  bag_pack_columns: ({ node, args, scope, row, binder }) =>
    pack(
      args.map((a) => ({ name: a.symbol?.name ?? a.name, expr: binder.bind(a, scope, row) })),
      node,
    ),
  column_names_of: ({ node, args, scope, binder }) => {
    const table = args[0];
    if (!table) return node.fail('semantic', 'arguments', 'column_names_of() takes a table.');
    return constant(
      binder.tabular.bindTabular(table, scope).columns.map((c) => c.name),
      'dynamic',
    );
  },
  now: ({ args, scope, row, binder }) => {
    const moment = constant(binder.tabular.now, 'datetime');
    const offset = args[0];
    if (!offset) return moment;
    return call(
      'op_Add',
      [moment, binder.bindAs(offset, 'timespan', scope, row)],
      'datetime',
      offset.span,
    );
  },
  ago: ({ node, args, scope, row, binder }) => {
    const span = args[0];
    if (!span) return node.fail('semantic', 'arguments', 'ago() takes a timespan.');
    const back = binder.bindAs(span, 'timespan', scope, row);
    if (back.k === 'constant' && typeof back.value === 'bigint')
      return constant(binder.tabular.now - back.value, 'datetime');
    return call(
      'op_Subtract',
      [constant(binder.tabular.now, 'datetime'), back],
      'datetime',
      node.span,
    );
  },
  // Bins of the size, and from the point, that the query's `set` statements name (page "bin_auto()").
  bin_auto: ({ node, args, scope, row, binder }) => {
    const value = args[0];
    const size = scope.find('query_bin_auto_size');
    if (!value || size?.kind !== 'scalar')
      return node.fail('semantic', 'bin_auto', 'bin_auto() needs the option query_bin_auto_size.');
    const bound = binder.bind(value, scope, row);
    const at = scope.find('query_bin_auto_at');
    return at?.kind === 'scalar'
      ? call('bin_at', [bound, size.expr, at.expr], bound.type, node.span)
      : call('bin', [bound, size.expr], bound.type, node.span);
  },
  estimate_data_size: (special) => overColumns(special, 'estimate_data_size', 'long'),
  pack_array: (special) => overColumns(special, 'pack_array', 'dynamic'),
  // The pass extent-columns.ts turns these into columns of the scan.
  ingestion_time: ({ node }) => call('ingestion_time', [], 'datetime', node.span),
  extent_id: ({ node }) => call('extent_id', [], 'guid', node.span),
  extentid: ({ node }) => call('extent_id', [], 'guid', node.span),
  extent_tags: ({ node }) => call('extent_tags', [], 'dynamic', node.span),
  cursor_after: (special) => besideCursor(special, 'op_GreaterThan'),
  cursor_before_or_at: (special) => besideCursor(special, 'op_LessThanOrEqual'),
  current_database: ({ binder }) => constant(binder.tabular.database, 'string'),
  materialize: ({ args, scope, binder, node }) => {
    const value = args[0];
    return value
      ? binder.bind(value, scope, NO_ROW)
      : node.fail('semantic', 'arguments', 'materialize() takes an expression.');
  },
};
