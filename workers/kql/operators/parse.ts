import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import { kqlTypeOf } from '../../../common/types/kql-type.ts';
import * as q from '../emit/sql.ts';
import { sql } from '../emit/sql.ts';
import type { Dynamic } from '../functions/define.ts';
import { column, type Expr, type Plan } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { type OperatorContext, operator } from './define.ts';

type Piece =
  | { readonly kind: 'star' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'column'; readonly name: string; readonly type: KqlType };

function piecesOf(node: SyntaxNode): Piece[] {
  return node.list('Patterns').map((p): Piece => {
    if (p.type === 'StarExpression') return { kind: 'star' };
    if (p.type === 'NameAndTypeDeclaration')
      return {
        kind: 'column',
        name: p.child('Name').name,
        type: kqlTypeOf(p.child('Type').text) ?? 'string',
      };
    if (p.type === 'NameDeclaration' || p.type === 'NameReference')
      return { kind: 'column', name: p.name, type: 'string' };
    return { kind: 'text', text: String(p.raw.LiteralValue ?? '') };
  });
}

const escapeRegex = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');

/** What a typed column takes from the text. */
const TAKES: Readonly<Partial<Record<KqlType, string>>> = {
  long: '\\s*([-+]?\\d+)',
  int: '\\s*([-+]?\\d+)',
  real: '\\s*([-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?)',
  decimal: '\\s*([-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?)',
};

/**
 * The pattern as a regular expression: texts as they stand (or as expressions in `kind=regex`), a star for
 * anything, a column for what lies between (page "parse operator").
 */
function patternOf(
  pieces: readonly Piece[],
  kind: string,
  flags: string,
  mark: Piece | undefined,
): string {
  const regex = kind === 'regex';
  // A regular expression takes as much as it can, unless its flag U turns that round.
  const any = regex && !flags.includes('U') ? '.*' : '.*?';
  const regexOf = (p: Piece, i: number): string => {
    const last = i === pieces.length - 1;
    switch (p.kind) {
      case 'star':
        return last ? '.*' : any;
      case 'text':
        // Groups of the text's own must not be counted among the columns.
        if (regex) return p.text.replace(/(\\.)|\((?!\?)/gs, (_, kept) => kept ?? '(?:');
        return p === mark ? `(${escapeRegex(p.text)})` : escapeRegex(p.text);
      case 'column': {
        const takes = TAKES[p.type];
        if (takes) return kind === 'relaxed' ? `(?:${takes}|${any})` : takes;
        return last && !(regex && flags.includes('U')) ? '(.*)' : `(${any})`;
      }
    }
  };
  const body = pieces.map(regexOf);
  const inline = `(?s${flags.includes('i') ? 'i' : ''}${flags.includes('m') ? 'm' : ''})`;
  return `${inline}^${body.join('')}${regex && flags.includes('U') ? '' : '$'}`;
}

function parsePlan(
  node: SyntaxNode,
  input: Plan,
  context: OperatorContext,
  keepMatches: boolean,
): Plan {
  const pieces = piecesOf(node);
  const kind = context.parameter(node, 'kind')?.text.toLowerCase() ?? 'simple';
  const flags = context.parameter(node, 'flags')?.text ?? '';
  const subject = context.expr(node.child('Expression'), input);
  const wanted = pieces.filter((p) => p.kind === 'column');
  const names = [...new Set(wanted.map((w) => w.name))];
  const parsed: Column[] = names.map((name) => ({
    name,
    type: wanted.findLast((w) => w.name === name)?.type ?? 'string',
  }));
  const replaced = new Set(names);
  const columns: Column[] = [
    ...input.columns.map((c) => parsed.find((p) => p.name === c.name) ?? c),
    ...parsed.filter((p) => !input.columns.some((c) => c.name === p.name)),
  ];
  // A text that has to stand there tells whether all of it fits: to look once is enough.
  const mark =
    kind === 'regex' ? undefined : pieces.find((p) => p.kind === 'text' && p.text !== '');
  const pattern = patternOf(pieces, kind, flags, mark);
  const strict = kind !== 'relaxed';
  return {
    op: 'custom',
    name: keepMatches ? 'parse-where' : 'parse',
    inputs: [input],
    columns,
    ordered: 'input',
    expressions: [subject],
    perPartition: ([rows]) => parsePlan(node, rows ?? input, context, keepMatches),
    build: ([rows], lowering) => {
      if (!rows) return sql`SELECT 1`;
      const text = lowering.convert(lowering.expression(subject, rows), subject.type, 'string');
      const fields = pieces
        .filter((p) => p.kind === 'column' || p === mark)
        .map((p) => q.str(p.kind === 'column' ? `g${wanted.indexOf(p)}` : 'mark'));
      const taken = sql`regexp_extract(${text}, ${q.str(pattern)}, [${q.join(fields)}])`;
      const fits = sql`regexp_matches(${text}, ${q.str(pattern)})`;
      const found =
        wanted.length === 0
          ? sql`CASE WHEN ${fits} THEN true END`
          : mark
            ? taken
            : sql`CASE WHEN ${fits} THEN ${taken} END`;
      const matched = lowering.relation(
        sql`SELECT *, ${found} AS "·m" FROM ${rows.from}`,
        [],
        rows.ordered,
      );
      const raw = wanted.map((w, i) =>
        lowering.convert(sql`"·m".${q.id(`g${i}`)}`, 'string', w.type),
      );
      // In simple and regex mode a column that doesn't fit its type undoes the whole match.
      const typed = wanted.flatMap((w, i) =>
        strict && w.type !== 'string' && w.type !== 'dynamic'
          ? [sql`${raw[i] ?? q.NULL} IS NOT NULL`]
          : [],
      );
      const matches = mark && wanted.length > 0 ? sql`"·m"."mark" <> ''` : sql`"·m" IS NOT NULL`;
      const whole = q.join([matches, ...typed], ' AND ');
      const value = (name: string): q.Sql => {
        const at = wanted.findLastIndex((w) => w.name === name);
        const type = wanted[at]?.type ?? 'string';
        const otherwise = type === 'string' ? q.str('') : q.NULL;
        return sql`CASE WHEN ${whole} THEN ${raw[at] ?? q.NULL} ELSE ${otherwise} END`;
      };
      const out = lowering.names(columns);
      const list = columns.map((c, i) => {
        const at = input.columns.findIndex((x) => x.name === c.name);
        const piece = replaced.has(c.name) ? value(c.name) : (rows.names[at] ?? q.NULL);
        return sql`${piece} AS ${out[i] ?? sql`x`}`;
      });
      const where = keepMatches ? sql` WHERE ${whole}` : sql``;
      return sql`SELECT ${q.join(list)} FROM ${matched.from}${where}`;
    },
  };
}

export const parse = operator('ParseOperator', ['parse'], (node, input, context) =>
  parsePlan(node, input, context, false),
);

export const parseWhere = operator('ParseWhereOperator', ['parse-where'], (node, input, context) =>
  parsePlan(node, input, context, true),
);

/** Key-value pairs of a text into columns; the reading is in the TypeScript function `__parse_kv` (page "parse-kv operator"). */
export const parseKv = operator('ParseKvOperator', ['parse-kv'], (node, input, context) => {
  const subject = context.expr(node.child('Expression'), input);
  const keys = node.child('Keys').list('Columns');
  const parsed: Column[] = keys.map((k) => ({
    name: k.child('Name').name,
    type: kqlTypeOf(k.child('Type').text) ?? 'string',
  }));
  // `quote` and `escape` may stand more than once.
  const quote: string[] = [];
  const escapes: string[] = [];
  const options: { [name: string]: Dynamic } = { quote, escape: escapes };
  for (const property of node.maybe('WithClause')?.list('Properties') ?? []) {
    const value = property.child('Expression');
    const expr = context.expressions.bind(value, context.scope, { columns: [] });
    const name = property.child('Name').name.toLowerCase();
    const given = expr.k === 'constant' ? expr.value : value.text;
    if (name === 'quote') quote.push(String(given));
    else if (name === 'escape') escapes.push(String(given));
    else options[name] = typeof given === 'boolean' ? given : String(given);
  }
  const bag: Expr = {
    k: 'call',
    name: '__parse_kv',
    args: [
      subject,
      { k: 'constant', value: options, type: 'dynamic' },
      { k: 'constant', value: parsed.map((p) => p.name), type: 'dynamic' },
    ],
    type: 'dynamic',
    span: node.span,
  };
  const withBag: Plan = {
    op: 'project',
    input,
    exprs: [...input.columns.map((c) => column(c.name, c.type)), bag],
    columns: [...input.columns, { name: '·kv', type: 'dynamic' }],
  };
  const columns: Column[] = [
    ...input.columns.map((c) => parsed.find((p) => p.name === c.name) ?? c),
    ...parsed.filter((p) => !input.columns.some((c) => c.name === p.name)),
  ];
  return {
    op: 'project',
    input: withBag,
    columns,
    exprs: columns.map((c): Expr => {
      const key = parsed.find((p) => p.name === c.name);
      if (!key) return column(c.name, c.type);
      const member: Expr = {
        k: 'call',
        name: 'op_Member',
        args: [column('·kv', 'dynamic'), { k: 'constant', value: key.name, type: 'string' }],
        type: 'dynamic',
        span: node.span,
      };
      return { k: 'call', name: `to${key.type}`, args: [member], type: key.type, span: node.span };
    }),
  };
});
