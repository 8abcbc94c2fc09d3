import {
  type AlertEvent,
  type AlertInfo,
  alertDefinition,
} from '../../../common/contract/alerts.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { readEvents } from '../alerts/events.ts';
import { checkedDefinition } from '../definitions/read-definition.ts';
import { shownJson } from '../definitions/shown-json.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type CommandRecord,
  type Commands,
  databaseOf,
  journalParts,
  table,
  writableDatabaseOf,
} from './command.ts';
import { givenDefinition, ticksOfIso } from './given-definition.ts';
import { triggerText } from './pipelines.ts';
import { runsAnswer } from './run-rows.ts';

const MOST = 1_000;

const COLUMNS: CommandAnswer['columns'] = [
  ['AlertName', 'string'],
  ['DatabaseName', 'string'],
  ['Query', 'string'],
  ['Trigger', 'string'],
  ['Severity', 'string'],
  ['State', 'string'],
  ['Since', 'datetime'],
  ['LastRunOn', 'datetime'],
  ['NextRunOn', 'datetime'],
  ['WaitingDeliveries', 'long'],
  ['Message', 'string'],
];

function rowOf(info: AlertInfo): CommandRecord {
  const { definition, lastRun } = info;
  return {
    AlertName: definition.name,
    DatabaseName: definition.database,
    Query: definition.query,
    Trigger: triggerText(definition.trigger),
    Severity: definition.severity,
    State: info.state,
    Since: ticksOfIso(info.since),
    LastRunOn: ticksOfIso(lastRun?.startedAt ?? ''),
    NextRunOn: ticksOfIso(info.nextRunAt),
    WaitingDeliveries: info.waitingDeliveries,
    Message: lastRun?.message || info.deliveryMessage,
  };
}

const answer = (infos: readonly AlertInfo[]): CommandAnswer => table(COLUMNS, infos.map(rowOf));
const nameOf = ({ arguments: args }: CommandCall): string => args.text('AlertName');

function one(call: CommandCall): AlertInfo {
  const { host } = call;
  return host.alerts.info(host, host.alerts.get(host, databaseOf(call).name, nameOf(call)));
}

function note(call: CommandCall, event: string): void {
  const database = databaseOf(call).name;
  call.host.catalog.journal.add({ event, database, entity: nameOf(call), ...journalParts(call) });
}

function eventsAnswer(events: readonly AlertEvent[]): CommandAnswer {
  return table(
    [
      ['At', 'datetime'],
      ['AlertName', 'string'],
      ['DatabaseName', 'string'],
      ['Kind', 'string'],
      ['Incident', 'string'],
      ['Severity', 'string'],
      ['Message', 'string'],
      ['Rows', 'long'],
      ['Value', 'real'],
      ['Sample', 'dynamic'],
    ],
    events.map((event) => ({
      At: ticksOfIso(event.at),
      AlertName: event.alert,
      DatabaseName: event.database,
      Kind: event.kind,
      Incident: event.incident,
      Severity: event.severity,
      Message: event.message,
      Rows: event.rows,
      Value: event.value,
      Sample: JSON.stringify(event.sample),
    })),
  );
}

/** `.create-or-alter alert A ```{…}``` with (secret=h"…") <| query` */
async function define(call: CommandCall, replaces: boolean): Promise<CommandAnswer> {
  const { host, query, signal } = call;
  const database = writableDatabaseOf(call);
  const { text, json, members, secret } = givenDefinition(call);
  const value = {
    ...members,
    ...(query === undefined ? {} : { query }),
    name: nameOf(call),
    database: database.name,
  };
  const definition = checkedDefinition(text, json, value, alertDefinition);
  const held = host.catalog.pipelines.find('alert', database, definition.name);
  if (held && !replaces)
    throw new AppError('input', 'alert_exists', `There is an alert ${nameOf(call)} already.`, {
      hints: ['`.create-or-alter alert` gives it the new definition.'],
    });
  const info = await host.alerts.save(host, definition, secret, signal);
  note(call, held ? 'ALTER-ALERT' : 'CREATE-ALERT');
  return answer([info]);
}

async function drop(call: CommandCall): Promise<CommandAnswer> {
  const { host, arguments: args } = call;
  const database = writableDatabaseOf(call);
  if (args.has('ifexists') && !host.catalog.pipelines.find('alert', database, nameOf(call)))
    return answer([]);
  const held = one(call);
  await host.alerts.remove(host, database.name, nameOf(call));
  note(call, 'DROP-ALERT');
  return answer([held]);
}

function setPaused(call: CommandCall, paused: boolean): CommandAnswer {
  const { host } = call;
  return answer([host.alerts.setPaused(host, writableDatabaseOf(call).name, nameOf(call), paused)]);
}

function asJson(call: CommandCall): CommandAnswer {
  const { definition } = one(call);
  const { name, database, query, ...rest } = definition;
  return table(
    [
      ['AlertName', 'string'],
      ['DatabaseName', 'string'],
      ['Json', 'string'],
      ['Command', 'string'],
    ],
    [
      {
        AlertName: name,
        DatabaseName: database,
        Json: shownJson(definition),
        Command: `.create-or-alter alert ['${name}'] \`\`\`\n${shownJson(rest)}\n\`\`\` <|\n${query}`,
      },
    ],
  );
}

export const alertCommands: Commands = {
  ShowAlerts: (call) => answer(call.host.alerts.list(call.host)),
  ShowAlert: (call) => answer([one(call)]),
  ShowAlertDetails: (call) => {
    const info = one(call);
    return table(
      [...COLUMNS, ['Definition', 'dynamic']],
      [{ ...rowOf(info), Definition: JSON.stringify(info.definition) }],
    );
  },
  ShowAlertAsJson: asJson,
  ShowAlertRuns: (call) => {
    const { host } = call;
    const { id } = host.alerts.get(host, databaseOf(call).name, nameOf(call));
    return runsAnswer(host.catalog.pipelines.runs(id, MOST));
  },
  ShowAlertEvents: async (call) => {
    const name = call.arguments.optional('AlertName');
    const database = databaseOf(call).name;
    const wanted = name === undefined ? { limit: MOST } : { database, name, limit: MOST };
    return eventsAnswer(await readEvents(call.host, wanted, call.signal));
  },
  CreateAlert: (call) => define(call, false),
  CreateOrAlterAlert: (call) => define(call, true),
  RunAlert: async (call) => {
    const { host } = call;
    const event = await host.alerts.run(
      host,
      writableDatabaseOf(call).name,
      nameOf(call),
      call.signal,
    );
    return eventsAnswer(event ? [event] : []);
  },
  PauseAlert: (call) => setPaused(call, true),
  ResumeAlert: (call) => setPaused(call, false),
  DropAlert: drop,
};
