import type { ExternalTable } from '../../../common/contract/external.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import { type NamedExternalTable, putExternalTable } from '../external/external-tables.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type Commands,
  changeSchema,
  databaseOf,
  records,
  writableDatabaseOf,
} from './command.ts';
import { externalTableOf } from './external-tables.ts';
import { parseMapping } from './mapping.ts';

type Mapping = ExternalTable['mappings'][number];

/** Rows of `.show external table T mappings` (page "create external table mapping"). */
function mappingAnswer(
  call: CommandCall,
  held: NamedExternalTable,
  mappings: readonly Mapping[],
): CommandAnswer {
  return records(
    call,
    mappings.map((m) => ({
      Name: m.name,
      Kind: (held.files.format ?? 'json').toUpperCase(),
      Mapping: m.mapping,
      LastUpdatedOn: ticksOfUnixMillis(Date.parse(m.updatedAt)),
      Database: databaseOf(call).name,
      Table: held.name,
    })),
  );
}

async function keep(
  call: CommandCall,
  held: NamedExternalTable,
  mappings: readonly Mapping[],
): Promise<void> {
  const database = writableDatabaseOf(call);
  await changeSchema(
    call,
    { event: 'ALTER-EXTERNAL-TABLE', database: database.name, entity: held.name },
    () => putExternalTable(call.host.catalog, database, { ...held, mappings: [...mappings] }),
  );
}

function found(call: CommandCall, held: NamedExternalTable): Mapping {
  const name = call.arguments.text('MappingName');
  const mapping = held.mappings.find((m) => m.name === name);
  if (mapping) return mapping;
  throw new AppError(
    'input',
    'unknown_mapping',
    `The external table '${held.name}' has no mapping '${name}'.`,
  );
}

/** `.create` refuses a name that is there, `.alter` one that isn't, `.create-or-alter` neither. */
async function put(call: CommandCall): Promise<CommandAnswer> {
  const held = externalTableOf(call);
  const name = call.arguments.text('MappingName');
  const text = call.arguments.text('MappingFormat');
  const there = held.mappings.some((m) => m.name === name);
  if (call.arguments.has('alter')) found(call, held);
  if (there && call.arguments.has('create'))
    throw new AppError(
      'input',
      'mapping_exists',
      `The external table '${held.name}' has a mapping '${name}' already.`,
    );
  for (const column of parseMapping(text))
    if (!held.files.columns.some((c) => c.name === column.name))
      throw new AppError(
        'input',
        'unknown_column',
        `The mapping names the column ${column.name}, which '${held.name}' hasn't.`,
      );
  const mapping: Mapping = {
    name,
    mapping: JSON.stringify(JSON.parse(text)),
    updatedAt: new Date().toISOString(),
  };
  await keep(call, held, [...held.mappings.filter((m) => m.name !== name), mapping]);
  return mappingAnswer(call, held, [mapping]);
}

export const externalTableMappingCommands: Commands = {
  CreateExternalTableMapping: put,
  AlterExternalTableMapping: put,
  DropExternalTableMapping: async (call) => {
    const held = externalTableOf(call);
    const dropped = found(call, held);
    await keep(
      call,
      held,
      held.mappings.filter((m) => m !== dropped),
    );
    return mappingAnswer(call, held, [dropped]);
  },
  ShowExternalTableMapping: (call) => {
    const held = externalTableOf(call);
    return mappingAnswer(call, held, [found(call, held)]);
  },
  ShowExternalTableMappings: (call) => {
    const held = externalTableOf(call);
    return mappingAnswer(call, held, held.mappings);
  },
};
