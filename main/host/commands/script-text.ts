import type { FunctionInfo, TableInfo } from '../../../common/contract/schema.ts';
import { nameReference, stringLiteral } from '../../../common/text/kql-literal.ts';
import type { Column } from '../../../common/types/kql-type.ts';

interface TableLike {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly folder: string;
  readonly docstring: string;
}

/** `a:long, ["b c"]:string`, as `.show table cslschema` prints a table's columns. */
export function cslSchema(columns: readonly Column[]): string {
  return columns.map(({ name, type }) => `${nameReference(name)}:${type}`).join(', ');
}

/** A command that makes the table again, empty. */
export function createTableText(table: TableLike): string {
  const columns = table.columns.map(({ name, type }) => `    ${nameReference(name)}: ${type}`);
  const properties = propertiesText(table);
  return `.create-merge table ${nameReference(table.name)} (\n${columns.join(',\n')}\n)${properties && ` ${properties}`}`;
}

/** A command that makes the materialized view again, from what its source holds from then on. */
export function createViewText({ name, folder, docstring, view }: TableInfo): string {
  if (!view) return '';
  const { source, query, autoUpdateSchema, dimensionTables } = view;
  const properties = propertiesText({ folder, docstring }, [
    ...(autoUpdateSchema ? ['autoUpdateSchema=true'] : []),
    ...(dimensionTables.length > 0
      ? [`dimensionTables=dynamic(${JSON.stringify(dimensionTables)})`]
      : []),
  ]);
  const on = view.sourceKind === 'table' ? 'table' : 'materialized-view';
  return `.create-or-alter materialized-view ${properties && `${properties} `}${nameReference(name)} on ${on} ${nameReference(source)} {\n${query}\n}`;
}

export function createFunctionText(definition: FunctionInfo): string {
  const { name, parameters, body, isView } = definition;
  const properties = propertiesText(definition, isView ? ['view=true'] : []);
  return `.create-or-alter function ${properties && `${properties} `}${nameReference(name)}${parameters} ${body}`;
}

function propertiesText(
  { folder, docstring }: Pick<TableLike, 'folder' | 'docstring'>,
  more: readonly string[] = [],
): string {
  const properties = [
    ...(folder ? [`folder=${stringLiteral(folder)}`] : []),
    ...(docstring ? [`docstring=${stringLiteral(docstring)}`] : []),
    ...more,
  ];
  return properties.length > 0 ? `with (${properties.join(', ')})` : '';
}
