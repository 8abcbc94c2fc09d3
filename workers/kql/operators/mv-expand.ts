import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import { id, join as joinSql, type Sql, sql } from '../emit/sql.ts';
import type { Expr, LowerContext, Plan, Relation } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { type OperatorContext, operator } from './define.ts';
import { nativeRanges, type RangeBounds, rangeList } from './mv-expand-range.ts';

export interface Expansion {
  /** Column that the elements go to: an input column's name or a new one. */
  readonly name: string;
  readonly expr: Expr;
  readonly type: KqlType;
  /** The values are those of a range, which never becomes an array. */
  readonly range?: RangeBounds;
}

export interface ExpandOptions {
  readonly itemIndex: string | undefined;
  /** `array`: a bag's properties come as `[name, value]`; `bag`: as bags of one property. */
  readonly bagAs: 'bag' | 'array';
  readonly limit: Expr | undefined;
}

/** The elements of one value as a list of JSON texts; an empty list gives no row, a missing one still does (page "mv-expand operator"). */
function elements(value: Sql, bagAs: 'bag' | 'array'): Sql {
  const pair =
    bagAs === 'array'
      ? sql`'[' || to_json(k)::VARCHAR || ',' || (${value} -> ('$."' || replace(k, '"', '\\"') || '"'))::VARCHAR || ']'`
      : sql`'{' || to_json(k)::VARCHAR || ':' || (${value} -> ('$."' || replace(k, '"', '\\"') || '"'))::VARCHAR || '}'`;
  return sql`CASE json_type(${value}) WHEN 'ARRAY' THEN list_transform(json_extract(${value}, '$[*]'), lambda x: CASE WHEN x::VARCHAR = 'null' THEN NULL ELSE x::VARCHAR END) WHEN 'OBJECT' THEN list_transform(json_keys(${value}), lambda k: ${pair}) ELSE [${value}] END`;
}

/** Rows of `input` once per element of its lists, side by side up to the longest. */
export function expand(
  given: Plan,
  wanted: readonly Expansion[],
  columns: readonly Column[],
  options: ExpandOptions,
): Plan {
  const { input, expansions } = nativeRanges(given, wanted);
  return {
    op: 'custom',
    name: 'mv-expand',
    inputs: [input],
    columns,
    ordered: 'input',
    expressions: expansions.flatMap((e) => e.range ?? [e.expr]),
    perPartition: ([rows], key) => expand(rows ?? input, expansions, [...columns, key], options),
    build: ([rows], context) =>
      rows ? expandSql(rows, expansions, columns, options, context) : sql`SELECT 1`,
  };
}

function expandSql(
  rows: Relation,
  expansions: readonly Expansion[],
  columns: readonly Column[],
  options: ExpandOptions,
  context: LowerContext,
): Sql {
  const lists = expansions.map((e, i) => ({
    ...e,
    list: id(`·list${i}`),
    element: id(`·element${i}`),
  }));
  const listColumns = lists.map((l) => {
    const [start, stop, step] = (l.range ?? []).map((b) => context.expression(b, rows));
    const list =
      start && stop && step
        ? rangeList(start, stop, step)
        : elements(
            sql`(${context.convert(context.expression(l.expr, rows), l.expr.type, 'dynamic')})`,
            options.bagAs,
          );
    return sql`${list} AS ${l.list}`;
  });
  const rowLimit = options.limit ? context.expression(options.limit, rows) : undefined;
  const cut = (list: Sql): Sql => (rowLimit ? sql`${list}[:${rowLimit}]` : list);
  // DuckDB unnests lists side by side, up to the longest.
  const unnested = lists.map((l) => sql`unnest(${cut(l.list)}) AS ${l.element}`);
  if (options.itemIndex !== undefined) {
    const longest = sql`greatest(${joinSql(lists.map((l) => sql`len(${cut(l.list)})`))})`;
    unnested.push(sql`unnest(range(0, ${longest})) AS "·index"`);
  }
  const names = context.names(columns);
  const selected = columns.map((c, i) => {
    const out = names[i] ?? sql`x`;
    const expansion = lists.find((l) => l.name === c.name);
    if (expansion?.range) return sql`${expansion.element} AS ${out}`;
    if (expansion)
      return sql`${context.convert(expansion.element, 'dynamic', expansion.type)} AS ${out}`;
    if (c.name === options.itemIndex) return sql`"·index"::BIGINT AS ${out}`;
    const at = rows.columns.findIndex((x) => x.name === c.name);
    return sql`${rows.names[at] ?? sql`NULL`} AS ${out}`;
  });
  return sql`SELECT ${joinSql(selected)} FROM (SELECT *, ${joinSql(unnested)} FROM (SELECT *, ${joinSql(listColumns)} FROM ${rows.from}))`;
}

/** The lists that mv-expand and mv-apply name. */
export function expansionsOf(
  nodes: readonly SyntaxNode[],
  input: Plan,
  context: OperatorContext,
): Expansion[] {
  return nodes.map((node) => {
    const value =
      node.type.endsWith('Expression') && node.maybe('Expression') && node.type.startsWith('Mv')
        ? node.child('Expression')
        : node;
    const renamed = value.type === 'SimpleNamedExpression';
    const inner = renamed ? value.child('Expression') : value;
    const expr = context.expr(inner, input);
    const name = renamed
      ? value.child('Name').name
      : expr.k === 'column'
        ? expr.name
        : (inner.maybe('Selector')?.name ?? '');
    const typeOf = node.maybe('ToTypeOf')?.maybe('TypeOf')?.list('Types')[0]?.text;
    return { name, expr, type: typeFrom(typeOf) };
  });
}

function typeFrom(text: string | undefined): KqlType {
  const name = text?.trim().toLowerCase();
  switch (name) {
    case 'bool':
    case 'int':
    case 'long':
    case 'real':
    case 'decimal':
    case 'string':
    case 'datetime':
    case 'timespan':
    case 'guid':
      return name;
    case 'double':
      return 'real';
    default:
      return 'dynamic';
  }
}

export const mvExpand = operator(
  'MvExpandOperator',
  ['mv-expand', 'mvexpand'],
  (node, input, context) => {
    const parsed = expansionsOf(node.list('Expressions'), input, context);
    const columns = node.columns;
    const extra = columns.slice(input.columns.length);
    let next = 0;
    const itemIndex = context.parameter(node, 'with_itemindex')?.name;
    const unnamed = extra.filter((c) => c.name !== itemIndex);
    const expansions = parsed.map((e) => {
      if (columns.some((c) => c.name === e.name)) return e;
      const name = unnamed[next++]?.name ?? e.name;
      return { ...e, name };
    });
    const bagAs = (
      context.parameter(node, 'bagexpansion') ?? context.parameter(node, 'kind')
    )?.text.toLowerCase();
    const limitNode = node.maybe('RowLimitClause')?.maybe('RowLimit');
    return expand(
      input,
      expansions,
      columns.map((c) => {
        const expansion = expansions.find((e) => e.name === c.name);
        return expansion
          ? { name: c.name, type: expansion.type }
          : c.name === itemIndex
            ? { name: c.name, type: 'long' }
            : c;
      }),
      {
        itemIndex,
        bagAs: bagAs === 'array' ? 'array' : 'bag',
        limit: limitNode
          ? context.expressions.bindAs(limitNode, 'long', context.scope, { columns: [] })
          : undefined,
      },
    );
  },
);
