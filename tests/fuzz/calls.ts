import { KQL_TYPES, type KqlType } from '../../common/types/kql-type.ts';
import {
  enumNames,
  kusto,
  type RawParameter,
  type RawSymbol,
  toArray,
} from '../../workers/kql/syntax/library.ts';

/** A way to call a function: for each parameter the types that may be given. */
export interface CallShape {
  readonly name: string;
  readonly parameters: readonly (readonly KqlType[])[];
}

const NUMBERS: readonly KqlType[] = ['int', 'long', 'real', 'decimal'];
const SUMMABLE: readonly KqlType[] = [...NUMBERS, 'timespan', 'datetime'];

const TYPES_OF_KIND: Readonly<Record<string, readonly KqlType[]>> = {
  Scalar: KQL_TYPES,
  Any: KQL_TYPES,
  Integer: ['int', 'long'],
  RealOrDecimal: ['real', 'decimal'],
  StringOrDynamic: ['string', 'dynamic'],
  StringOrArray: ['string', 'dynamic'],
  IntegerOrArray: ['long', 'dynamic'],
  DynamicArray: ['dynamic'],
  DynamicBag: ['dynamic'],
  Number: NUMBERS,
  NumberOrBool: [...NUMBERS, 'bool'],
  Summable: SUMMABLE,
  Orderable: [...SUMMABLE, 'string'],
  NotRealOrBool: ['int', 'long', 'string', 'datetime'],
  NotDynamic: ['int', 'long', 'real', 'string', 'datetime', 'bool'],
  NotBool: ['int', 'long', 'real', 'string', 'datetime'],
};

const kinds = enumNames(kusto.Symbols.ParameterTypeKind);

function typesOf(parameter: RawParameter): readonly KqlType[] {
  const kind = kinds.get(parameter.TypeKind) ?? 'Scalar';
  if (kind !== 'Declared') return TYPES_OF_KIND[kind] ?? ['long', 'real', 'string'];
  const names = toArray<RawSymbol>(parameter.DeclaredTypes).map((t) => t.Name);
  const known = KQL_TYPES.filter((t) => names.includes(t));
  return known.length > 0 ? known : ['dynamic'];
}

/** Functions whose work is to wait, to stop, or to look at something outside of the query. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'assert',
  'cluster',
  'cursor_after',
  'cursor_before_or_at',
  'database',
  'external_table',
  'graph',
  'materialized_view',
  'stored_query_result',
  'table',
]);

function shapes(all: unknown): CallShape[] {
  return toArray<RawSymbol>(all)
    .filter((f) => f.Name !== null && !LEFT_OUT.has(f.Name) && !f.Name.startsWith('__'))
    .flatMap((f) =>
      toArray<{ readonly Parameters: unknown }>(f.Signatures)
        .map((s) => toArray<RawParameter>(s.Parameters))
        .filter((parameters) => parameters.every((p) => !p.IsTabular))
        .map((parameters) => ({ name: f.Name ?? '', parameters: parameters.map(typesOf) })),
    );
}

export const functionCalls: readonly CallShape[] = shapes(kusto.Functions.All);
export const aggregateCalls: readonly CallShape[] = shapes(kusto.Aggregates.All);
