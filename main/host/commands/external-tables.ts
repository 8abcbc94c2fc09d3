import { z } from 'zod';
import { type ExternalFiles, externalTable, shownUri } from '../../../common/contract/external.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import {
  dropExternalTable,
  findExternalTable,
  listExternalTables,
  type NamedExternalTable,
  putExternalTable,
} from '../external/external-tables.ts';
import { forgetUris, openUris, sealUris } from '../external/sealed-uris.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type Commands,
  changeSchema,
  databaseOf,
  records,
  table,
  writableDatabaseOf,
} from './command.ts';
import { artifactRecords } from './external-table-artifacts.ts';
import { externalTableRecord } from './external-table-rows.ts';
import { tableCslAnswer, tableSchemaAnswer } from './table-rows.ts';

/** What the parser of `workers/kql/external` makes of the command's text. */
const definition = z.object({
  table: externalTable,
  asks: z.object({
    dryRun: z.boolean(),
    sampleUris: z.boolean(),
    filesPreview: z.boolean(),
    validateNotEmpty: z.boolean(),
  }),
});

type IfThere = 'refuse' | 'require' | 'replace';

const nameOf = ({ arguments: args }: CommandCall): string =>
  args.optional('ExternalTableName') ?? args.text('tableName');

export function externalTableOf(call: CommandCall): NamedExternalTable {
  return findExternalTable(call.host.catalog, databaseOf(call).name, nameOf(call));
}

/** `.create`, `.alter`, `.create-or-alter external table T (…) kind=storage …` */
async function define(call: CommandCall, ifThere: IfThere): Promise<CommandAnswer> {
  const { host } = call;
  const database = writableDatabaseOf(call);
  const name = nameOf(call);
  const held = listExternalTables(host.catalog, database).find((t) => t.name === name);
  if (held && ifThere === 'refuse')
    throw new AppError(
      'input',
      'external_table_exists',
      `There is an external table named '${name}' already.`,
      {
        hints: ['`.create-or-alter external table` takes its place.'],
      },
    );
  if (!held && ifThere === 'require') externalTableOf(call);
  const { table: stated, asks } = definition.parse(call.arguments.part('definition'));
  const made: NamedExternalTable = {
    ...stated,
    files: await described(call, stated.files),
    name,
    // The mappings stay with the name.
    mappings: held?.mappings ?? [],
  };
  const more = [
    ...(asks.sampleUris ? [await sampleUris(call, made)] : []),
    ...(asks.filesPreview ? [await filesPreview(call, made)] : []),
  ];
  if (asks.validateNotEmpty) await refuseEmpty(call, made);
  if (!asks.dryRun)
    await changeSchema(
      call,
      {
        event: held ? 'ALTER-EXTERNAL-TABLE' : 'CREATE-EXTERNAL-TABLE',
        database: database.name,
        entity: name,
      },
      () => {
        putExternalTable(host.catalog, database, sealUris(host.secrets, made));
        if (held) forgetUris(host.secrets, held);
      },
    );
  return {
    ...table(LIST_COLUMNS, [externalTableRecord(made)]),
    ...(more.length > 0 ? { more } : {}),
  };
}

/**
 * A Delta table's log tells its partitions, whose columns every schema has, and its other columns where the
 * definition doesn't.
 */
async function described(call: CommandCall, files: ExternalFiles): Promise<ExternalFiles> {
  if (!files.delta) return files;
  const found = await call.host.external.infer(files, 'any', call.signal);
  const { partitionColumns } = found;
  const inLog = found.columns.map(({ name, type }) => ({ name, type }));
  const added = inLog.filter(
    ({ name }) => partitionColumns.includes(name) && !files.columns.some((c) => c.name === name),
  );
  return {
    ...files,
    columns: files.columns.length === 0 ? inLog : [...files.columns, ...added],
    delta: { ...files.delta, partitionColumns },
  };
}

const ARTIFACT_COLUMNS: CommandAnswer['columns'] = [
  ['Uri', 'string'],
  ['Partition', 'dynamic'],
  ['Size', 'long'],
];
const PREVIEW_FILES = 10;

async function filesPreview(call: CommandCall, { files }: NamedExternalTable) {
  const found = await artifactRecords(call.host, files, call.signal, PREVIEW_FILES);
  return { name: 'FilesPreview', ...table(ARTIFACT_COLUMNS, found) };
}

async function sampleUris(call: CommandCall, { files }: NamedExternalTable) {
  const { samples } = await call.host.ingestWorker.call(
    'external.samplePaths',
    { files },
    { signal: call.signal },
  );
  return {
    name: 'SampleUris',
    ...table(
      [['Uri', 'string']],
      samples.map((Uri) => ({ Uri })),
    ),
  };
}

async function refuseEmpty(call: CommandCall, { files }: NamedExternalTable): Promise<void> {
  const found = await call.host.external.list(files, call.signal, 1);
  if (found.length === 0)
    throw new AppError(
      'source',
      'nothing_found',
      `There is no file of this table in ${files.uris.map(shownUri).join(', ')}.`,
    );
}

async function drop(call: CommandCall): Promise<CommandAnswer> {
  const { catalog } = call.host;
  const database = writableDatabaseOf(call);
  const held = listExternalTables(catalog, database).find((t) => t.name === nameOf(call));
  if (!held) {
    if (call.arguments.has('ifexists')) return table(LIST_COLUMNS, []);
    return table(LIST_COLUMNS, [externalTableRecord(externalTableOf(call))]);
  }
  await changeSchema(
    call,
    { event: 'DROP-EXTERNAL-TABLE', database: database.name, entity: held.name },
    () => {
      dropExternalTable(catalog, database, held.name);
      forgetUris(call.host.secrets, held);
    },
  );
  return table(LIST_COLUMNS, [externalTableRecord(held)]);
}

/** `.alter external table T docstring "…"`, `… folder "…"` */
async function describe(
  call: CommandCall,
  change: Partial<Pick<NamedExternalTable, 'docstring' | 'folder'>>,
): Promise<CommandAnswer> {
  const database = writableDatabaseOf(call);
  const changed = { ...externalTableOf(call), ...change };
  await changeSchema(
    call,
    { event: 'ALTER-EXTERNAL-TABLE', database: database.name, entity: changed.name },
    () => putExternalTable(call.host.catalog, database, changed),
  );
  return table(LIST_COLUMNS, [externalTableRecord(changed)]);
}

const LIST_COLUMNS: CommandAnswer['columns'] = [
  ['TableName', 'string'],
  ['TableType', 'string'],
  ['Folder', 'string'],
  ['DocString', 'string'],
  ['Properties', 'string'],
  ['ConnectionStrings', 'dynamic'],
  ['Partitions', 'dynamic'],
  ['PathFormat', 'string'],
];

const inDatabase = (call: CommandCall) => listExternalTables(call.host.catalog, databaseOf(call));

/** Files are read in place, so nothing is ever accelerated. */
const detailsOf = ({ name }: NamedExternalTable) => ({ TableName: name });

/** A table's schema in the answers that stored tables have too. */
function schemaOf(call: CommandCall) {
  const held = externalTableOf(call);
  return {
    name: held.name,
    database: databaseOf(call).name,
    folder: held.folder,
    docstring: held.docstring,
    columns: held.files.columns.map((c) => ({ ...c, docstring: c.docstring ?? '' })),
  };
}

export const externalTableCommands: Commands = {
  CreateStorageExternalTable: (call) => define(call, 'refuse'),
  AlterStorageExternalTable: (call) => define(call, 'require'),
  CreateOrAlterStorageExternalTable: (call) => define(call, 'replace'),
  DropExternalTable: drop,
  AlterExternalTableDocString: (call) =>
    describe(call, { docstring: call.arguments.text('docStringValue') }),
  AlterExternalTableFolder: (call) =>
    describe(call, { folder: call.arguments.text('folderValue') }),
  ShowExternalTables: (call) => table(LIST_COLUMNS, inDatabase(call).map(externalTableRecord)),
  ShowExternalTable: (call) => table(LIST_COLUMNS, [externalTableRecord(externalTableOf(call))]),
  ShowExternalTablesDetails: (call) => records(call, inDatabase(call).map(detailsOf)),
  ShowExternalTableDetails: (call) => records(call, [detailsOf(externalTableOf(call))]),
  ShowExternalTableCslSchema: (call) => tableCslAnswer([schemaOf(call)]),
  ShowExternalTableSchema: (call) =>
    call.arguments.has('csl')
      ? tableCslAnswer([schemaOf(call)])
      : tableSchemaAnswer([schemaOf(call)]),
  ShowExternalTableArtifacts: async (call) => {
    const limit = call.arguments.optional('LimitCount');
    const { files } = openUris(call.host.secrets, externalTableOf(call));
    return records(
      call,
      await artifactRecords(
        call.host,
        files,
        call.signal,
        limit === undefined ? undefined : Number(limit),
      ),
    );
  },
};
