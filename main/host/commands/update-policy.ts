import { AppError } from '../../../common/errors/app-error.ts';
import { nameReference } from '../../../common/text/kql-literal.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import {
  cycleFrom,
  parseUpdatePolicies,
  setUpdatePolicies,
  UPDATE_POLICY,
  type UpdatePolicy,
  updatePoliciesOf,
} from '../update-policies/update-policy.ts';
import { matching } from '../update-policies/with-update-policies.ts';
import {
  type Command,
  type CommandAnswer,
  type CommandCall,
  type Commands,
  changeSchema,
  databaseOf,
  table,
  tableOf,
  writableDatabaseOf,
} from './command.ts';

function answer({ host }: CommandCall, tables: readonly TableRow[]): CommandAnswer {
  return table(
    [
      ['PolicyName', 'string'],
      ['EntityName', 'string'],
      ['Policy', 'string'],
      ['ChildEntities', 'string'],
      ['EntityType', 'string'],
    ],
    tables.map((of) => ({
      PolicyName: UPDATE_POLICY,
      EntityName: `[${of.database}].[${of.name}]`,
      Policy: JSON.stringify(updatePoliciesOf(host.catalog, of) ?? null),
      ChildEntities: JSON.stringify(of.columns.map((column) => column.name)),
      EntityType: 'Table',
    })),
  );
}

async function set(
  call: CommandCall,
  policies: readonly UpdatePolicy[] | undefined,
): Promise<CommandAnswer> {
  const { catalog } = call.host;
  const database = writableDatabaseOf(call);
  const target = tableOf(call);
  for (const policy of policies ?? []) if (policy.IsEnabled) await check(call, target, policy);
  const cycle = cycleFrom(catalog, target, policies ?? []);
  if (cycle.length > 0)
    throw new AppError(
      'semantic',
      'policy_cycle',
      `These update policies would run in a circle: ${cycle.join(' → ')}.`,
    );
  await changeSchema(
    call,
    { event: 'ALTER-TABLE-POLICY-UPDATE', database: database.name, entity: target.name },
    () => setUpdatePolicies(catalog, target, policies),
  );
  return answer(call, [target]);
}

/** The query has to run over its source and to give what the table holds; both are checked with no row. */
async function check(call: CommandCall, target: TableRow, policy: UpdatePolicy): Promise<void> {
  const { host } = call;
  const sources = policy.SourceIsWildCard
    ? []
    : [host.catalog.tables.get(target.database, policy.Source)];
  if (sources.some((source) => source.id === target.id))
    throw new AppError(
      'semantic',
      'policy_cycle',
      `A table can't be the source of its own update policy: ${target.name}.`,
    );
  for (const source of sources) {
    const columns = await host.writer.staged((folder) =>
      columnsOf(call, target.database, policy.Query, source, folder),
    );
    matching(target, columns);
  }
}

async function columnsOf(
  { host, queryId, text, signal }: CommandCall,
  database: string,
  query: string,
  source: TableRow,
  folder: string,
): Promise<readonly Column[]> {
  const { columns } = await host.queryWorker.call(
    'engine.writeExtents',
    {
      queryId: `${queryId}/policy`,
      text: query.replaceAll('$source_table', nameReference(source.name)),
      database,
      folder,
      command: text,
      given: [
        {
          database,
          table: source.name,
          columns: source.columns.map(({ name, type }) => ({ name, type })),
          extents: [],
          extentsTotal: 0,
        },
      ],
    },
    { signal },
  );
  return columns;
}

const given = (call: CommandCall): readonly UpdatePolicy[] =>
  parseUpdatePolicies(call.arguments.text('UpdatePolicy'));

/** `.alter table T policy update "[…]"` */
const alterUpdatePolicy: Command = (call) => set(call, given(call));

/** `.alter-merge table T policy update "[…]"`: more policies beside those there are. */
const alterMergeUpdatePolicy: Command = (call) =>
  set(call, [...(updatePoliciesOf(call.host.catalog, tableOf(call)) ?? []), ...given(call)]);

/** `.delete table T policy update` */
const deleteUpdatePolicy: Command = (call) => set(call, undefined);

/** `.show table T policy update` */
const showUpdatePolicy: Command = (call) =>
  answer(
    call,
    call.arguments.list('TableName').map((name) => tableOf(call, name)),
  );

/** `.show table * policy update` */
const showAllUpdatePolicies: Command = (call) =>
  answer(call, call.host.catalog.tables.list(databaseOf(call)));

export const updatePolicyCommands: Commands = {
  AlterMergeTablePolicyUpdate: alterMergeUpdatePolicy,
  AlterTablePolicyUpdate: alterUpdatePolicy,
  DeleteTablePolicyUpdate: deleteUpdatePolicy,
  ShowTablePolicyUpdate: showUpdatePolicy,
  ShowTableStarPolicyUpdate: showAllUpdatePolicies,
};
