import type { FunctionInfo } from '../../../common/contract/schema.ts';
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
