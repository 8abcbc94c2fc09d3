import {
  type CommandAnswer,
  type CommandCall,
  type Commands,
  databaseOf,
  records,
  table,
  tableOf,
} from './command.ts';
import { thisUser } from './this-user.ts';

const COLUMNS: CommandAnswer['columns'] = [
  ['Role', 'string'],
  ['PrincipalType', 'string'],
  ['PrincipalDisplayName', 'string'],
  ['PrincipalObjectId', 'string'],
  ['PrincipalFQN', 'string'],
  ['Notes', 'string'],
  ['RoleAssignmentIdentifier', 'string'],
];

/** One person has every role; what the command names has to exist all the same. */
function principals(role: string): (call: CommandCall) => CommandAnswer {
  return (call) => {
    if (call.arguments.optional('TableName') !== undefined) tableOf(call);
    const { name, fqn } = thisUser();
    return table(COLUMNS, [
      {
        Role: role,
        PrincipalType: 'Local user',
        PrincipalDisplayName: name,
        PrincipalObjectId: '',
        PrincipalFQN: fqn,
        Notes: 'Whoever opens the data folder may do everything.',
        RoleAssignmentIdentifier: '',
      },
    ]);
  };
}

function roles(
  scope: (call: CommandCall) => string,
  role: string,
): (call: CommandCall) => CommandAnswer {
  return (call) =>
    records(call, [
      { Scope: scope(call), DisplayName: thisUser().name, AADObjectID: '', Role: role },
    ]);
}

/** Pages ".show … principals" and ".show … principal roles". */
export const principalCommands: Commands = {
  ShowClusterPrincipals: principals('AllDatabasesAdmin'),
  ShowDatabasePrincipals: principals('Database Admin'),
  ShowTablePrincipals: principals('Table Admin'),
  ShowExternalTablePrincipals: principals('External Table Admin'),
  ShowMaterializedViewPrincipals: principals('Materialized View Admin'),
  ShowFunctionPrincipals: principals('Function Admin'),
  ShowPrincipalRoles: roles(() => 'Cluster', 'AllDatabasesAdmin'),
  ShowClusterPrincipalRoles: roles(() => 'Cluster', 'AllDatabasesAdmin'),
  ShowDatabasePrincipalRoles: roles((call) => `Database ${databaseOf(call).name}`, 'Admin'),
  ShowTablePrincipalRoles: roles((call) => `Table ${tableOf(call).name}`, 'Admin'),
  ShowFunctionPrincipalRoles: roles(
    (call) => `Function ${call.arguments.text('FunctionName')}`,
    'Admin',
  ),
  ShowExternalTablesPrincipalRoles: roles(() => 'External tables', 'Admin'),
  ShowPrincipalAccess: () =>
    table(
      [
        ['Principal', 'string'],
        ['Access', 'string'],
      ],
      [{ Principal: thisUser().fqn, Access: 'Everything: the data folder is theirs.' }],
    ),
};
