import { AppError } from '../../../common/errors/app-error.ts';
import { nameReference } from '../../../common/text/kql-literal.ts';
import { splitKql } from '../../../common/text/split-kql.ts';
import type { TableRow } from '../catalog/tables-store.ts';

/** Two queries of one predicate: how many rows it deletes, and what the table holds afterwards. */
export interface Deletion {
  readonly count: string;
  readonly kept: string;
}

/**
 * Reads the predicate of `.delete table T records`: the table with `where`, `extend` and `project` behind it (page
 * ".delete table records"). Rows for which the conditions are null stay.
 */
export function deletionOf(text: string, table: TableRow): Deletion {
  const statements = splitKql(text, ';').filter((part) => part.trim() !== '');
  const [source = '', ...operators] = splitKql(statements.at(-1) ?? '', '|').map(withoutComments);
  const lets = statements.slice(0, -1).map((part) => `${part};\n`);
  const named = [table.name, nameReference(table.name), `['${table.name}']`, `["${table.name}"]`];
  if (!named.includes(source.trim()))
    throw wrong(`begins with '${source.trim()}', not with the table '${table.name}'`);
  const conditions: string[] = [];
  const extensions: string[] = [];
  for (const operator of operators) {
    const [, word = '', rest = ''] = /^\s*([\w-]+)([\s\S]*)$/.exec(operator) ?? [];
    if (word === 'where' || word === 'filter') conditions.push(`(${rest})`);
    else if (word === 'extend') extensions.push(checkedExtension(rest, table));
    else if (word !== 'project') throw wrong(`uses '${word || operator.trim()}'`);
  }
  if (conditions.length === 0) throw wrong('has no where');
  const rows = [nameReference(table.name), ...extensions.map((e) => `extend ${e}`)].join(' | ');
  const predicate = conditions.join(' and ');
  const columns = table.columns.map((column) => nameReference(column.name)).join(', ');
  return {
    count: `${lets.join('')}${rows} | where ${predicate} | count`,
    kept: `${lets.join('')}${rows} | where not(coalesce(${predicate}, false)) | project ${columns}`,
  };
}

function withoutComments(text: string): string {
  return text.replace(/("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\/\/[^\n]*/g, (_, literal?: string) =>
    literal === undefined ? ' ' : literal,
  );
}

/** A column of the table that is given another value would be written back. */
function checkedExtension(text: string, table: TableRow): string {
  for (const part of splitKql(text, ',')) {
    const name = /^\s*(?:\[\s*["'](.*?)["']\s*\]|([\p{L}_][\p{L}\p{N}_]*))\s*=[^=~]/u.exec(part);
    const column = table.columns.find((c) => c.name === (name?.[1] ?? name?.[2]));
    if (column) throw wrong(`gives the column '${column.name}' another value`);
  }
  return text;
}

function wrong(what: string): AppError {
  return new AppError('semantic', 'bad_predicate', `The query that says what to delete ${what}.`, {
    hints: [
      'For instance: <| T | where UserId == "x". Besides where it may use extend and project.',
    ],
  });
}
