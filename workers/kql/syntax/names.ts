import { kusto, type RawSymbol, toArray } from './library.ts';

/** Everything that Kusto.Language knows by name. */
export interface LanguageNames {
  /** Keyword in a query → class of the syntax tree. */
  readonly operators: ReadonlyMap<string, string>;
  readonly functions: readonly string[];
  readonly aggregates: readonly string[];
  readonly plugins: readonly string[];
  /** Kinds of management commands: `CreateTable`, `ShowTables`. */
  readonly commands: readonly string[];
}

/** Classes that are no operator of their own: bases, errors, and the second form of one. */
const NO_OPERATORS: ReadonlySet<string> = new Set([
  'QueryOperator',
  'BadQueryOperator',
  'PartitionByOperator',
]);

/** Operators whose keyword is not their class name in kebab-case. */
const KEYWORDS: Readonly<Record<string, string>> = {
  FilterOperator: 'where',
  GetSchemaOperator: 'getschema',
  ReduceByOperator: 'reduce',
};

function keywordOf(syntax: string): string {
  const name = syntax.replace(/Operator$/, '');
  return KEYWORDS[syntax] ?? name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}

export function languageNames(): LanguageNames {
  const classes = Object.keys(kusto.Syntax).filter(
    (name) => name.endsWith('Operator') && !NO_OPERATORS.has(name),
  );
  const namesOf = (list: unknown): string[] =>
    toArray<RawSymbol>(list).map((symbol) => symbol.Name ?? '');
  return {
    operators: new Map(classes.map((name) => [keywordOf(name), name])),
    functions: namesOf(kusto.Functions.All),
    aggregates: namesOf(kusto.Aggregates.All),
    plugins: namesOf(kusto.PlugIns.All),
    commands: namesOf(kusto.EngineCommands.All),
  };
}
