import { AppError } from '../../../common/errors/app-error.ts';
import { databaseOwner, tableOwner } from '../catalog/definitions-store.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type CommandRecord,
  type Commands,
  changeSchema,
  databaseOf,
  tableOf,
  table as tableOfRecords,
  writableDatabaseOf,
} from './command.ts';
import { POLICY_KINDS, type PolicyKind, type PolicyLevel } from './policy-kinds.ts';

/** What a policy belongs to. */
interface Entity {
  readonly type: string;
  /** As the answers write it: `[database].[table]`. */
  readonly shown: string;
  readonly owner: string;
  /** Under which the policy is kept: its name, and the column's id where it is of one. */
  readonly key: string;
  readonly children: readonly string[];
  readonly database: string;
}

const COLUMNS = [
  ['PolicyName', 'string'],
  ['EntityName', 'string'],
  ['Policy', 'string'],
  ['ChildEntities', 'string'],
  ['EntityType', 'string'],
] as const;

const bracket = (name: string): string => `[${name}]`;

function ofTable(table: TableRow, policy: PolicyKind): Entity {
  return {
    type: table.kind === 'table' ? 'Table' : 'MaterializedView',
    shown: `${bracket(table.database)}.${bracket(table.name)}`,
    owner: tableOwner(table),
    key: policy.name,
    children: table.columns.map((column) => column.name),
    database: table.database,
  };
}

/** The entities that a command names, or all tables of the database for `table *`. */
function entities(call: CommandCall, level: string, policy: PolicyKind): readonly Entity[] {
  const { catalog } = call.host;
  const database = databaseOf(call);
  switch (level) {
    case 'Cluster':
      return [
        {
          type: 'Cluster',
          shown: '',
          owner: '',
          key: policy.name,
          children: catalog.databases.list().map((d) => d.name),
          database: '',
        },
      ];
    case 'Database':
      return [
        {
          type: 'Database',
          shown: bracket(database.name),
          owner: databaseOwner(database),
          key: policy.name,
          children: catalog.tables.list(database).map((t) => t.name),
          database: database.name,
        },
      ];
    case 'TableStar':
      return catalog.tables.list(database).map((table) => ofTable(table, policy));
    case 'MaterializedView': {
      const name = call.arguments.text('MaterializedViewName');
      catalog.views.get(database.name, name);
      const stored = catalog.tables.stored(database.name, name);
      return stored ? [ofTable(stored, policy)] : [];
    }
    case 'Column': {
      const table = tableOf(call);
      const name = call.arguments.text('ColumnName');
      const column = table.columns.find((c) => c.name === name);
      if (!column)
        throw new AppError(
          'semantic',
          'unknown_column',
          `There is no column named '${name}' in the table '${table.name}'.`,
        );
      return [
        {
          type: 'Column',
          shown: `${bracket(table.database)}.${bracket(table.name)}.${bracket(name)}`,
          owner: tableOwner(table),
          key: `${policy.name}:${column.id}`,
          children: [],
          database: table.database,
        },
      ];
    }
    default:
      return call.arguments.list('TableName').map((name) => ofTable(tableOf(call, name), policy));
  }
}

function rowOf(call: CommandCall, policy: PolicyKind, entity: Entity): CommandRecord {
  const held = call.host.catalog.definitions.find('policy', entity.owner, entity.key);
  return {
    PolicyName: policy.name,
    EntityName: entity.shown,
    Policy: held ? JSON.stringify(held.definition, undefined, 2) : 'null',
    ChildEntities: JSON.stringify(entity.children),
    EntityType: entity.type,
  };
}

const show = (call: CommandCall, level: string, policy: PolicyKind): CommandAnswer =>
  tableOfRecords(
    COLUMNS,
    entities(call, level, policy).map((entity) => rowOf(call, policy, entity)),
  );

/** The JSON that the command brings, under whatever name the grammar gives to it. */
function jsonOf(call: CommandCall, policy: PolicyKind): unknown {
  const text = [policy.name, policy.name.replace(/^Extents(?=Merge)/, ''), 'Policy', 'policy']
    .map((name) => call.arguments.optional(name))
    .find((value) => value !== undefined);
  if (text === undefined)
    throw new AppError('syntax', 'missing_part', `The command lacks the policy.`);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AppError('input', 'bad_policy', `The policy is not JSON: ${String(cause)}`, {
      hints: [`For instance: '{"SoftDeletePeriod": "10.00:00:00"}'`],
    });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function alter(
  call: CommandCall,
  level: string,
  policy: PolicyKind,
  merge: boolean,
): Promise<CommandAnswer> {
  const given = policy.from?.(call.arguments) ?? jsonOf(call, policy);
  const { definitions } = call.host.catalog;
  await change(call, level, policy, (entity) => {
    const held = definitions.find('policy', entity.owner, entity.key)?.definition;
    const next = merge && isRecord(held) && isRecord(given) ? { ...held, ...given } : given;
    const checked = policy.schema.safeParse(next);
    if (!checked.success)
      throw new AppError(
        'input',
        'bad_policy',
        `The ${policy.name} is wrong: ${issues(checked.error)}`,
      );
    const reason = policy.refuse?.(next);
    if (reason !== undefined)
      throw new AppError(
        'unsupported',
        'policy_not_supported',
        `The ${policy.name} is refused. ${reason}`,
      );
    definitions.put('policy', { owner: entity.owner, name: entity.key, definition: next });
  });
  return show(call, level, policy);
}

function issues(error: {
  readonly issues: readonly { path: readonly PropertyKey[]; message: string }[];
}): string {
  return error.issues.map((i) => `${i.path.map(String).join('.')} ${i.message}`.trim()).join('; ');
}

async function remove(
  call: CommandCall,
  level: string,
  policy: PolicyKind,
): Promise<CommandAnswer> {
  const { definitions } = call.host.catalog;
  await change(call, level, policy, (entity) => {
    definitions.remove('policy', entity.owner, entity.key);
  });
  return show(call, level, policy);
}

async function change(
  call: CommandCall,
  level: string,
  policy: PolicyKind,
  each: (entity: Entity) => void,
): Promise<void> {
  if (level !== 'Cluster') writableDatabaseOf(call);
  const found = entities(call, level, policy);
  const [first] = found;
  if (!first) throw new AppError('syntax', 'missing_part', 'The command names no entity.');
  await changeSchema(
    call,
    {
      event: `ALTER-${first.type.toUpperCase()}-POLICY-${policy.name.toUpperCase()}`,
      database: first.database,
      entity: found.map((entity) => entity.shown).join(', '),
    },
    () => {
      for (const entity of found) each(entity);
    },
  );
  call.host.upkeep.soon();
}

/** The commands of one policy at one level, by the names of Kusto.Language. */
function commandsOf(part: string, policy: PolicyKind, level: PolicyLevel): Commands {
  const verbs = {
    [`Show${level}Policy${part}`]: (call) => show(call, level, policy),
    [`Alter${level}Policy${part}`]: (call) => alter(call, level, policy, false),
    [`AlterMerge${level}Policy${part}`]: (call) => alter(call, level, policy, true),
    [`Delete${level}Policy${part}`]: (call) => remove(call, level, policy),
  } satisfies Commands;
  if (level !== 'Table') return verbs;
  return {
    ...verbs,
    [`ShowTableStarPolicy${part}`]: (call) => show(call, 'TableStar', policy),
    [`AlterTablesPolicy${part}`]: (call) => alter(call, level, policy, false),
  };
}

/** `.show|alter|alter-merge|delete … policy …`; names that the language doesn't have are never asked for. */
export const policyCommands: Commands = {
  ...Object.assign(
    {},
    ...Object.entries<PolicyKind>(POLICY_KINDS).flatMap(([part, policy]) =>
      policy.levels.map((level) => commandsOf(part, policy, level)),
    ),
  ),
  AlterColumnPolicyEncodingType: (call) => alter(call, 'Column', POLICY_KINDS.Encoding, false),
};
