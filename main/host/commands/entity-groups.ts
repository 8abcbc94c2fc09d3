import { z } from 'zod';
import { AppError } from '../../../common/errors/app-error.ts';
import { databaseOwner } from '../catalog/definitions-store.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type Commands,
  changeSchema,
  databaseOf,
  records,
  writableDatabaseOf,
} from './command.ts';

const KIND = 'entityGroup';
const references = z.array(z.string());

interface Group {
  readonly name: string;
  /** As they were written: `cluster('c').database('d')`. */
  readonly entities: readonly string[];
}

function list(call: CommandCall): readonly Group[] {
  return call.host.catalog.entities
    .list(KIND, databaseOwner(databaseOf(call)))
    .map((entry) => ({ name: entry.name, entities: references.parse(entry.definition) }));
}

const nameOf = ({ arguments: args }: CommandCall): string => args.text('EntityGroupName');

const find = (call: CommandCall): Group | undefined =>
  list(call).find((group) => group.name === nameOf(call));

function get(call: CommandCall): Group {
  const found = find(call);
  if (found) return found;
  throw new AppError(
    'semantic',
    'unknown_group',
    `There is no entity group named '${nameOf(call)}'.`,
  );
}

const answer = (call: CommandCall, groups: readonly Group[]): CommandAnswer =>
  records(
    call,
    groups.map(({ name, entities }) => ({ Name: name, Entities: JSON.stringify(entities) })),
  );

const REFERENCE =
  /(?:cluster\s*\(\s*(?:"[^"]*"|'[^']*')\s*\)\s*\.\s*)?database\s*\(\s*(?:"[^"]*"|'[^']*')\s*\)/gi;

/** The references in the command's brackets. */
function given({ text }: CommandCall): readonly string[] {
  return [...text.slice(text.indexOf('(')).matchAll(REFERENCE)].map(([reference]) => reference);
}

async function put(call: CommandCall, group: Group, event: string): Promise<CommandAnswer> {
  const database = writableDatabaseOf(call);
  await changeSchema(call, { event, database: database.name, entity: group.name }, () =>
    call.host.catalog.entities.put(KIND, {
      owner: databaseOwner(database),
      name: group.name,
      definition: group.entities,
    }),
  );
  return answer(call, [group]);
}

async function create(call: CommandCall): Promise<CommandAnswer> {
  if (call.kind === 'CreateEntityGroupCommand' && find(call))
    throw new AppError(
      'input',
      'group_exists',
      `An entity group named '${nameOf(call)}' exists already.`,
      {
        hints: ['`.create-or-alter entity_group` takes its place.'],
      },
    );
  return put(call, { name: nameOf(call), entities: given(call) }, 'CREATE-ENTITY-GROUP');
}

async function alter(call: CommandCall, merge: boolean): Promise<CommandAnswer> {
  const held = get(call);
  const entities = merge ? [...new Set([...held.entities, ...given(call)])] : given(call);
  return put(call, { name: held.name, entities }, 'ALTER-ENTITY-GROUP');
}

async function drop(call: CommandCall): Promise<CommandAnswer> {
  const database = writableDatabaseOf(call);
  const group = get(call);
  await changeSchema(
    call,
    { event: 'DROP-ENTITY-GROUP', database: database.name, entity: group.name },
    () => call.host.catalog.entities.remove(KIND, databaseOwner(database), group.name),
  );
  return answer(call, list(call));
}

/** Pages ".create entity_group" and its sisters. */
export const entityGroupCommands: Commands = {
  CreateEntityGroupCommand: create,
  CreateOrAlterEntityGroupCommand: create,
  AlterEntityGroup: (call) => alter(call, false),
  AlterMergeEntityGroup: (call) => alter(call, true),
  DropEntityGroup: drop,
  ShowEntityGroup: (call) => answer(call, [get(call)]),
  ShowEntityGroups: (call) => answer(call, list(call)),
};
