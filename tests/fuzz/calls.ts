import { KQL_TYPES, type KqlType } from '../../common/types/kql-type.ts';
import {
  enumNames,
  kusto,
  type RawParameter,
  type RawSymbol,
  toArray,
} from '../../workers/kql/syntax/library.ts';

export interface ParameterShape {
  /** The types that may be given. */
  readonly types: readonly KqlType[];
  /** How often the parameter may be given. */
  readonly least: number;
  readonly most: number;
}

/** A way to call a function. */
export interface CallShape {
  readonly name: string;
  readonly parameters: readonly ParameterShape[];
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

/** Functions whose work is to stop, to look outside of the query, or that mean something in one operator alone. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'all',
  'assert',
  'cluster',
  'cursor_after',
  'cursor_before_or_at',
  'database',
  'entity_group',
  'external_table',
  'graph',
  'inner_nodes',
  'labels',
  'map',
  'materialized_view',
  'node_degree_in',
  'node_degree_out',
  'node_id',
  'row_id',
  'rowstore_ordinal_range',
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
        .map((parameters) => ({
          name: f.Name ?? '',
          parameters: parameters.map((p) => ({
            types: typesOf(p),
            least: p.MinOccurring,
            most: p.MaxOccurring,
          })),
        })),
    );
}

export const functionCalls: readonly CallShape[] = shapes(kusto.Functions.All);
export const aggregateCalls: readonly CallShape[] = shapes(kusto.Aggregates.All);
