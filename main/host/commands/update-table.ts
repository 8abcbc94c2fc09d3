import { AppError } from '../../../common/errors/app-error.ts';
import { splitKql } from '../../../common/text/split-kql.ts';
import { matchByPlace, withNames } from './columns-by-place.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type Commands,
  table as listOf,
  queryOf,
  tableOf,
  writableDatabaseOf,
} from './command.ts';
import { deleteRows, hitsOf } from './delete-records.ts';
import { deletionOf } from './deletion.ts';

const COLUMNS = [
  ['Table', 'string'],
  ['Action', 'string'],
  ['ExtentId', 'guid'],
  ['RowCount', 'long'],
] as const;

/** The query that a `let` names, with the statements before it. */
function named(statements: readonly string[], name: string): string {
  const at = statements.findIndex((text) => letOf(text)?.name === name);
  const found = letOf(statements[at] ?? '');
  if (!found)
    throw new AppError('semantic', 'missing_let', `The query names no '${name}'.`, {
      hints: [`For instance: <| let ${name} = T | where …;`],
    });
  return [...statements.slice(0, at), found.query].join(';\n');
}

function letOf(statement: string): { readonly name: string; readonly query: string } | undefined {
  const [, name, query] = /^\s*let\s+([\p{L}\p{N}_]+)\s*=([\s\S]*)$/u.exec(statement) ?? [];
  return name === undefined || query === undefined ? undefined : { name, query };
}

/** `.update table T delete D append A <| let D = …; let A = …;`: both in one commit (page ".update table"). */
async function updateTable(call: CommandCall): Promise<CommandAnswer> {
  const { host, signal, arguments: args } = call;
  const database = writableDatabaseOf(call);
  const table = tableOf(call);
  const statements = splitKql(queryOf(call), ';').filter((text) => text.trim() !== '');
  const deletion = deletionOf(named(statements, args.text('DeleteIdentifier')), table);
  const appended = named(statements, args.text('AppendIdentifier'));
  return host.writer.staged(async (folder) => {
    // The new rows may be made of those that go.
    const written = await host.queryWorker.call(
      'engine.writeExtents',
      { queryId: call.queryId, text: appended, database: database.name, folder },
      { signal },
    );
    const columns = matchByPlace(table, written.columns, false);
    const extents = written.extents.map((e) => withNames(e, written.columns, columns));
    const hits = await hitsOf(call, table, deletion);
    const append = { database, table: table.name, columns: [], extents, owned: true };
    if (!args.flag('whatif')) await deleteRows(call, table, deletion, hits, [append]);
    return listOf(COLUMNS, [
      ...hits.map(({ extent, rows }) => ({
        Table: table.name,
        Action: 'Delete',
        ExtentId: extent.extentId,
        RowCount: rows,
      })),
      ...extents.map((e) => ({
        Table: table.name,
        Action: 'Create',
        ExtentId: e.extentId,
        RowCount: e.rowCount,
      })),
    ]);
  });
}

export const updateTableCommands: Commands = { TableDataUpdate: updateTable };
