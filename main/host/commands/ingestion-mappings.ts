import { AppError } from '../../../common/errors/app-error.ts';
import { ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import { databaseOwner, tableOwner } from '../catalog/definitions-store.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import {
  type MappingKind,
  mappingKey,
  mappingKind,
  mappingsOf,
  type StoredMapping,
} from '../services/mappings.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type CommandCell,
  type Commands,
  changeSchema,
  databaseOf,
  tableOf,
  writableDatabaseOf,
} from './command.ts';
import { mappingEntries, parseMapping } from './mapping.ts';

/** What mappings belong to: a table, or a database for all of its tables. */
interface Owner {
  readonly id: string;
  readonly database: string;
  readonly table?: TableRow;
}

const SHOWN: Readonly<Record<MappingKind, string>> = {
  csv: 'Csv',
  json: 'Json',
  avro: 'Avro',
  parquet: 'Parquet',
  orc: 'Orc',
  w3clogfile: 'W3CLogFile',
};

const ofTable = (table: TableRow): Owner => ({
  id: tableOwner(table),
  database: table.database,
  table,
});

/** The grammar writes the name of a database in two ways. */
function ownerOf(call: CommandCall): Owner {
  if (call.arguments.optional('TableName') !== undefined) return ofTable(tableOf(call));
  const named = call.arguments.optional('databaseName');
  const database = named === undefined ? databaseOf(call) : call.host.catalog.databases.get(named);
  return { id: databaseOwner(database), database: database.name };
}

const COLUMNS: CommandAnswer['columns'] = [
  ['Name', 'string'],
  ['Kind', 'string'],
  ['Mapping', 'string'],
  ['LastUpdatedOn', 'datetime'],
  ['Database', 'string'],
];

function rowOf(owner: Owner, mapping: StoredMapping, withTable: boolean): CommandCell[] {
  return [
    mapping.name,
    SHOWN[mapping.kind],
    mapping.mapping,
    ticksOfUnixMillis(Date.parse(mapping.updatedAt)),
    owner.database,
    ...(withTable ? [owner.table?.name ?? ''] : []),
  ];
}

function answer(
  owners: readonly (readonly [Owner, readonly StoredMapping[]])[],
  withTable: boolean,
): CommandAnswer {
  return {
    columns: withTable ? [...COLUMNS, ['Table', 'string']] : COLUMNS,
    rows: owners.flatMap(([owner, mappings]) => mappings.map((m) => rowOf(owner, m, withTable))),
  };
}

const one = (owner: Owner, mapping: StoredMapping): CommandAnswer =>
  answer([[owner, [mapping]]], owner.table !== undefined);

function kindOf(call: CommandCall): MappingKind | undefined {
  const kind = call.arguments.optional('MappingKind');
  return kind === undefined ? undefined : mappingKind(kind);
}

function existing(call: CommandCall, owner: Owner): StoredMapping | undefined {
  const name = call.arguments.text('MappingName');
  return mappingsOf(call.host, owner.id, kindOf(call)).find((m) => m.name === name);
}

function present(call: CommandCall, owner: Owner): StoredMapping {
  const found = existing(call, owner);
  if (found) return found;
  const of = owner.table ? `the table '${owner.table.name}'` : `the database '${owner.database}'`;
  throw new AppError(
    'semantic',
    'unknown_mapping',
    `There is no ${kindOf(call)} mapping named '${call.arguments.text('MappingName')}' of ${of}.`,
  );
}

type Kind = 'create' | 'create-or-alter' | 'alter' | 'alter-merge';

async function put(call: CommandCall, how: Kind): Promise<CommandAnswer> {
  const database = writableDatabaseOf(call);
  const owner = ownerOf(call);
  const kind = mappingKind(call.arguments.text('MappingKind'));
  const name = call.arguments.text('MappingName');
  // A long mapping may stand in several literals, one behind the other.
  const json = call.arguments.list('MappingFormat').join('');
  parseMapping(json, owner.table?.columns);
  const held =
    how === 'create' || how === 'create-or-alter' ? existing(call, owner) : present(call, owner);
  if (how === 'create' && held)
    throw new AppError(
      'input',
      'mapping_exists',
      `A ${kind} mapping named '${name}' exists already.`,
      {
        hints: ['`.create-or-alter` takes its place.'],
      },
    );
  const given = mappingEntries(json);
  const definition = how === 'alter-merge' && held ? merged(held.mapping, given) : given;
  await changeSchema(
    call,
    {
      event: 'ALTER-INGESTION-MAPPING',
      database: database.name,
      entity: owner.table?.name ?? database.name,
    },
    () =>
      call.host.catalog.definitions.put('mapping', {
        owner: owner.id,
        name: mappingKey(kind, name),
        definition,
      }),
  );
  return one(owner, present(call, owner));
}

/** Columns that both have are those of `given`; its others follow. */
function merged(held: string, given: readonly object[]): readonly object[] {
  const nameOf = (entry: object): string | undefined =>
    parseMapping(JSON.stringify([entry]))[0]?.name;
  const names = new Map(given.map((entry) => [nameOf(entry), entry]));
  const kept = mappingEntries(held).map((entry) => {
    const next = names.get(nameOf(entry));
    names.delete(nameOf(entry));
    return next ?? entry;
  });
  return [...kept, ...names.values()];
}

async function drop(call: CommandCall): Promise<CommandAnswer> {
  const database = writableDatabaseOf(call);
  const owner = ownerOf(call);
  const mapping = present(call, owner);
  await changeSchema(
    call,
    {
      event: 'DROP-INGESTION-MAPPING',
      database: database.name,
      entity: owner.table?.name ?? database.name,
    },
    () =>
      call.host.catalog.definitions.remove(
        'mapping',
        owner.id,
        mappingKey(mapping.kind, mapping.name),
      ),
  );
  return one(owner, mapping);
}

function show(call: CommandCall): CommandAnswer {
  const owner = ownerOf(call);
  return answer(
    [[owner, mappingsOf(call.host, owner.id, kindOf(call))]],
    owner.table !== undefined,
  );
}

/** `.show [cluster] ingestion mappings`: of all databases and of their tables. */
function showAll({ host }: CommandCall): CommandAnswer {
  const owners = host.catalog.databases
    .list()
    .flatMap((database): Owner[] => [
      { id: databaseOwner(database), database: database.name },
      ...host.catalog.tables.list(database).map(ofTable),
    ]);
  return answer(
    owners.map((owner) => [owner, mappingsOf(host, owner.id)] as const),
    true,
  );
}

const of = (entity: 'Table' | 'Database'): Commands => ({
  [`Create${entity}IngestionMapping`]: (call) => put(call, 'create'),
  [`CreateOrAlter${entity}IngestionMapping`]: (call) => put(call, 'create-or-alter'),
  [`Alter${entity}IngestionMapping`]: (call) => put(call, 'alter'),
  [`AlterMerge${entity}IngestionMapping`]: (call) => put(call, 'alter-merge'),
  [`Drop${entity}IngestionMapping`]: drop,
  [`Show${entity}IngestionMappings`]: show,
});

/** Pages ".create ingestion mapping" and its sisters. */
export const mappingCommands: Commands = {
  ...of('Table'),
  ...of('Database'),
  ShowTableIngestionMapping: (call) => one(ownerOf(call), present(call, ownerOf(call))),
  ShowIngestionMappings: showAll,
};
