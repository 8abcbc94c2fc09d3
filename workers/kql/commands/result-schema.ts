import { type Column, kqlTypeOf } from '../../../common/types/kql-type.ts';
import { kusto, type RawSymbol, toArray } from '../syntax/library.ts';

let schemas: ReadonlyMap<string, readonly Column[]> | undefined;

/** The columns that Kusto.Language gives to the answer of a kind of command; empty where it doesn't know them. */
export function resultSchema(kind: string): readonly Column[] {
  schemas ??= new Map(
    toArray<RawSymbol>(kusto.EngineCommands.All).map((command) => [
      command.Name ?? '',
      toArray<RawSymbol>(command.ResultType?.Columns).map((column) => ({
        name: column.Name ?? '',
        type: kqlTypeOf(column.Type?.Name ?? '') ?? 'string',
      })),
    ]),
  );
  return schemas.get(kind) ?? [];
}
