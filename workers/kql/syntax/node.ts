import { AppError, type Span, spanOf } from '../../../common/errors/app-error.ts';
import { type Column, type KqlType, kqlTypeOf } from '../../../common/types/kql-type.ts';
import {
  enumNames,
  kusto,
  type RawNode,
  type RawParameter,
  type RawSymbol,
  toArray,
} from './library.ts';

const KINDS = enumNames(kusto.Syntax.SyntaxKind);
const OPERATORS = enumNames(kusto.Symbols.OperatorKind);
const PARAMETER_KINDS = enumNames(kusto.Symbols.ParameterTypeKind);

/** What an expression is, as Kusto.Language bound it. */
export type BoundType =
  | { readonly kind: 'scalar'; readonly type: KqlType }
  | { readonly kind: 'table'; readonly columns: readonly Column[]; readonly open: boolean }
  /** Several columns from one expression: `percentiles(…)`, `arg_max(x, *)`. */
  | { readonly kind: 'tuple'; readonly columns: readonly Column[] }
  | { readonly kind: 'other'; readonly name: string };

export interface BoundSymbol {
  /** Class name without `Symbol`: Column, Function, Variable, Parameter, Table, Operator, Database… */
  readonly kind: string;
  readonly name: string;
  readonly raw: RawSymbol;
}

export interface BoundParameter {
  readonly name: string;
  /** `Declared`, `Number`, `CommonScalar`… */
  readonly typeKind: string;
  readonly types: readonly KqlType[];
  readonly tabular: boolean;
  readonly defaultValue: SyntaxNode | undefined;
}

const className = (fullname: string | undefined): string =>
  (fullname ?? '').replace(/`.*$/, '').replace(/^.*[.+]/, '');

export function scalarTypeOf(symbol: RawSymbol | null | undefined): KqlType | undefined {
  if (!symbol?.Name) return undefined;
  return kqlTypeOf(symbol.Name);
}

/** Columns that Kusto.Language counts although the service doesn't give them. */
const phantoms = new WeakSet<RawSymbol>();
let anyPhantom = false;

/**
 * Kusto.Language gives every `scan` a column `match_id`; the service only where `with_match_id` asks for one (page
 * "scan operator"). The same symbol goes on to the operators behind it, so that it is left out there as well.
 */
export function markPhantoms(root: SyntaxNode): void {
  for (const node of root.walk()) {
    if (node.type !== 'ScanOperator' || node.list('Parameters').length > 0) continue;
    const last = toArray<RawSymbol>(node.raw.ResultType?.Columns).at(-1);
    if (last?.Name !== 'match_id') continue;
    phantoms.add(last);
    anyPhantom = true;
  }
}

/** A column that was renamed because its name was taken is still the one that it comes from. */
function isPhantom(column: RawSymbol): boolean {
  if (!anyPhantom) return false;
  if (phantoms.has(column)) return true;
  const origins = toArray<RawSymbol>(column.OriginalColumns);
  return origins.length > 0 && origins.every((o) => phantoms.has(o));
}

function columnsOf(symbol: RawSymbol): Column[] {
  return toArray<RawSymbol>(symbol.Columns)
    .filter((c) => !isPhantom(c))
    .map((c) => ({
      name: c.Name ?? '',
      // An unknown type is what dynamic is for.
      type: scalarTypeOf(c.Type) ?? 'dynamic',
    }));
}

export function boundType(symbol: RawSymbol | null | undefined): BoundType | undefined {
  if (!symbol) return undefined;
  const kind = className(symbol.constructor.$$fullname);
  if (kind === 'TupleSymbol') return { kind: 'tuple', columns: columnsOf(symbol) };
  if (symbol.Columns && kind !== 'GraphSymbol')
    return { kind: 'table', columns: columnsOf(symbol), open: symbol.IsOpen === true };
  if (symbol.Columns === undefined && /^Dynamic/.test(kind))
    return { kind: 'scalar', type: 'dynamic' };
  if (kind === 'GraphSymbol') return { kind: 'other', name: 'graph' };
  const type = scalarTypeOf(symbol);
  return type ? { kind: 'scalar', type } : { kind: 'other', name: symbol.Name ?? kind };
}

class LazySpan implements Span {
  readonly #node: SyntaxNode;
  #found: Span | undefined;

  constructor(node: SyntaxNode) {
    this.#node = node;
  }

  get #span(): Span {
    this.#found ??= spanOf(this.#node.source, this.#node.start, this.#node.length);
    return this.#found;
  }

  get start(): number {
    return this.#span.start;
  }

  get length(): number {
    return this.#span.length;
  }

  get line(): number {
    return this.#span.line;
  }

  get column(): number {
    return this.#span.column;
  }
}

const wrappers = new WeakMap<RawNode, SyntaxNode>();

export function wrap(raw: RawNode, text: string): SyntaxNode {
  const known = wrappers.get(raw);
  if (known) return known;
  const node = new SyntaxNode(raw, text);
  wrappers.set(raw, node);
  return node;
}

/** A node of Kusto.Language's bound tree, with children by the library's own member names. */
export class SyntaxNode {
  readonly raw: RawNode;
  /** Class of the node: `FilterOperator`, `BinaryExpression`. */
  readonly type: string;
  /** The text that the node's positions count in. */
  readonly source: string;

  constructor(raw: RawNode, source: string) {
    this.raw = raw;
    this.source = source;
    this.type = className(raw.constructor.$$fullname);
  }

  /** The library's finer kind: `GreaterThanExpression`, `LongLiteralExpression`. */
  get kind(): string {
    return KINDS.get(this.raw.Kind) ?? '';
  }

  get start(): number {
    return this.raw.TextStart;
  }

  get length(): number {
    return this.raw.Width;
  }

  get text(): string {
    // A literal is one token. The library's own way to a node's text walks the siblings before it.
    const token = this.raw.Token as RawNode | null | undefined;
    return token?.Text ?? this.raw.toString().trim();
  }

  /** Worked out when it is read: the library finds a position by walking the siblings before it. */
  get span(): Span {
    return new LazySpan(this);
  }

  get isMissing(): boolean {
    return this.raw.IsMissing;
  }

  /** A child that must be there. */
  child(member: string): SyntaxNode {
    const found = this.maybe(member);
    if (!found)
      throw new AppError('internal', 'syntax_member', `${this.type} has no ${member}`, {
        span: this.span,
      });
    return found;
  }

  maybe(member: string): SyntaxNode | undefined {
    const value = this.raw[member];
    if (value === null || value === undefined || typeof value !== 'object') return undefined;
    const raw = value as RawNode;
    if (raw.IsMissing === true && raw.Width === 0) return undefined;
    return wrap(raw, this.source);
  }

  /** The elements of a list member, without separators. */
  list(member: string): SyntaxNode[] {
    const value = this.raw[member] as RawNode | null | undefined;
    if (!value) return [];
    return elementsOf(value).map((raw) => wrap(raw, this.source));
  }

  children(): SyntaxNode[] {
    const found: SyntaxNode[] = [];
    for (let i = 0; i < this.raw.ChildCount; i++) {
      const raw = this.raw.GetChild(i);
      if (raw) found.push(wrap(raw, this.source));
    }
    return found;
  }

  /** A member of the node above. */
  sibling(parent: RawNode, member: string): SyntaxNode | undefined {
    return wrap(parent, this.source).maybe(member);
  }

  /** All nodes below, this one first. */
  *walk(): Generator<SyntaxNode> {
    yield this;
    for (const child of this.children()) yield* child.walk();
  }

  /** The plain name that a name node stands for, quotes and brackets taken off. */
  get name(): string {
    return this.raw.SimpleName ?? this.text;
  }

  get resultType(): BoundType | undefined {
    return boundType(this.raw.ResultType);
  }

  /** Columns of a tabular node; an error names the place when it is not one. */
  get columns(): readonly Column[] {
    const type = this.resultType;
    if (type?.kind === 'table') return type.columns;
    throw new AppError('internal', 'not_tabular', `${this.type} is not tabular`, {
      span: this.span,
    });
  }

  get scalarType(): KqlType | undefined {
    const type = this.resultType;
    return type?.kind === 'scalar' ? type.type : undefined;
  }

  get symbol(): BoundSymbol | undefined {
    const raw = this.raw.ReferencedSymbol;
    if (!raw) return undefined;
    return {
      kind: className(raw.constructor.$$fullname).replace(/Symbol$/, ''),
      name: raw.Name ?? '',
      raw,
    };
  }

  /** The operator of an operator expression: `Add`, `HasCs`, `NotBetween`. */
  get operatorKind(): string | undefined {
    const kind = this.raw.ReferencedSymbol?.OperatorKind;
    return kind === undefined ? undefined : OPERATORS.get(kind);
  }

  /** The parameter that each argument of a call goes to, in the arguments' order. */
  argumentParameters(args: readonly SyntaxNode[]): (BoundParameter | undefined)[] {
    const signature = this.raw.ReferencedSignature;
    if (!signature) return args.map(() => undefined);
    const found = toArray<RawParameter | null>(
      signature.GetArgumentParameters(args.map((a) => a.raw)),
    );
    return args.map((_, i) => {
      const p = found[i];
      return p ? parameterOf(p) : undefined;
    });
  }

  /** All parameters of the called function's signature. */
  get parameters(): BoundParameter[] {
    return toArray<RawParameter>(this.raw.ReferencedSignature?.Parameters).map(parameterOf);
  }

  /** The body of a called user function, bound for this call; undefined for built-in ones. */
  get calledBody(): SyntaxNode | undefined {
    const raw = this.raw.GetCalledFunctionBody?.();
    if (!raw) return undefined;
    const text = rootText(raw);
    const body = wrap(raw, text);
    if (/\bscan\b/.test(text)) markPhantoms(body);
    return body;
  }

  fail(kind: 'semantic' | 'unsupported', code: string, message: string): never {
    throw new AppError(kind, code, message, { span: this.span });
  }
}

function rootText(raw: RawNode): string {
  const root = raw.Root as RawNode | undefined;
  return (root ?? raw).toString();
}

function elementsOf(list: RawNode): RawNode[] {
  const found: RawNode[] = [];
  for (let i = 0; i < list.ChildCount; i++) {
    const raw = list.GetChild(i);
    if (!raw) continue;
    const element = raw.Element as RawNode | undefined;
    const node = element ?? raw;
    if (node.IsMissing && node.Width === 0) continue;
    found.push(node);
  }
  return found;
}

function parameterOf(raw: RawParameter): BoundParameter {
  return {
    name: raw.Name,
    typeKind: PARAMETER_KINDS.get(raw.TypeKind) ?? '',
    types: toArray<RawSymbol>(raw.DeclaredTypes)
      .map((t) => scalarTypeOf(t))
      .filter((t): t is KqlType => t !== undefined),
    tabular: raw.IsTabular,
    defaultValue: raw.DefaultValue
      ? wrap(raw.DefaultValue, raw.DefaultValue.toString())
      : undefined,
  };
}
