import type { DatabaseInfo, FunctionInfo, TableInfo } from '../../../common/contract/schema.ts';
import type { Column, KqlType } from '../../../common/types/kql-type.ts';

/** The .NET types that schema documents name, in full (page ".show database schema"). */
const NET_TYPE: Readonly<Record<KqlType, string>> = {
  bool: 'System.SByte',
  int: 'System.Int32',
  long: 'System.Int64',
  real: 'System.Double',
  decimal: 'System.Data.SqlTypes.SqlDecimal',
  string: 'System.String',
  datetime: 'System.DateTime',
  timespan: 'System.TimeSpan',
  guid: 'System.Guid',
  dynamic: 'System.Object',
};

export function columnJson({ name, type, docstring }: Column): object {
  return {
    Name: name,
    Type: NET_TYPE[type],
    CslType: type,
    ...(docstring ? { DocString: docstring } : {}),
  };
}

function tableJson({ name, folder, docstring, columns }: TableInfo): object {
  return {
    Name: name,
    Folder: folder,
    DocString: docstring,
    OrderedColumns: columns.map(columnJson),
  };
}

export function functionJson(
  { name, parameters, body, folder, docstring, isView }: FunctionInfo,
  outputColumns: readonly Column[] = [],
): object {
  return {
    Name: name,
    InputParameters: parameterList(parameters),
    Body: body,
    Folder: folder,
    DocString: docstring,
    FunctionKind: isView ? 'ViewFunction' : 'Unknown',
    OutputColumns: outputColumns.map(columnJson),
  };
}

/**
 * The parameters of a function's declaration, e.g. `(a: long, T: (x: string), b: real = 1.5)`. Commas and
 * colons inside of brackets or quotes belong to a parameter.
 */
function parameterList(declaration: string): object[] {
  const inner = declaration.trim().replace(/^\(|\)$/g, '');
  return splitOutside(inner, ',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [name = '', rest = ''] = splitOnce(part, ':');
      const type = rest.trim();
      if (type.startsWith('('))
        return {
          Name: name.trim(),
          Columns: splitOutside(type.slice(1, type.lastIndexOf(')')), ',').map((column) => {
            const [columnName = '', columnType = ''] = splitOnce(column, ':');
            return { Name: columnName.trim(), CslType: columnType.trim() };
          }),
        };
      const [csl = '', value] = splitOnce(type, '=');
      return {
        Name: name.trim(),
        CslType: csl.trim(),
        ...(value === undefined ? {} : { CslDefaultValue: value.trim() }),
      };
    });
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function splitOutside(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (quote !== '') {
      if (c === '\\') i++;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '(' || c === '[') depth++;
    else if (c === ')' || c === ']') depth--;
    else if (c === separator && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** Databases as `.show database schema as json` describes them; clients make their completion of it. */
export function schemaJson(databases: readonly DatabaseInfo[]): string {
  const byName = <T extends { readonly name: string }>(
    items: readonly T[],
    describe: (item: T) => object,
  ): object => Object.fromEntries(items.map((item) => [item.name, describe(item)]));
  return JSON.stringify({
    Plugins: [],
    Databases: byName(databases, (database) => ({
      Name: database.name,
      Tables: byName(
        database.tables.filter((table) => table.kind === 'table'),
        tableJson,
      ),
      ExternalTables: byName(
        database.tables.filter((table) => table.kind === 'externalTable'),
        tableJson,
      ),
      MaterializedViews: byName(
        database.tables.filter((table) => table.kind === 'materializedView'),
        tableJson,
      ),
      MajorVersion: 1,
      MinorVersion: 0,
      Functions: byName(database.functions, (definition) => functionJson(definition)),
      DatabaseAccessMode: database.readOnly ? 'ReadOnly' : 'ReadWrite',
    })),
  });
}
