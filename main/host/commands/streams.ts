import type { StreamInfo } from '../../../common/contract/stream.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { shownJson } from '../definitions/shown-json.ts';
import { streamCommandText } from '../definitions/stream-command.ts';
import { startOf, streamOf } from '../definitions/stream-definition.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type CommandRecord,
  type Commands,
  journalParts,
  table,
  writableDatabaseOf,
} from './command.ts';
import { givenDefinition, givenSecret, ticksOfIso } from './given-definition.ts';

const COLUMNS: CommandAnswer['columns'] = [
  ['StreamName', 'string'],
  ['DatabaseName', 'string'],
  ['TableName', 'string'],
  ['Kind', 'string'],
  ['State', 'string'],
  ['Rows', 'long'],
  ['RowsPerSecond', 'real'],
  ['Lag', 'long'],
  ['DeadLettered', 'long'],
  ['Lost', 'long'],
  ['LastCommitOn', 'datetime'],
  ['Message', 'string'],
];

function rowOf(info: StreamInfo): CommandRecord {
  const { definition } = info;
  return {
    StreamName: definition.name,
    DatabaseName: definition.database,
    TableName: definition.table,
    Kind: definition.source.kind,
    State: info.state,
    Rows: info.rows,
    RowsPerSecond: info.rowsPerSecond,
    Lag: info.lag < 0 ? null : info.lag,
    DeadLettered: info.deadLettered,
    Lost: info.lost,
    LastCommitOn: ticksOfIso(info.lastCommitAt),
    Message: info.message,
  };
}

const answer = (infos: readonly StreamInfo[]): CommandAnswer => table(COLUMNS, infos.map(rowOf));
const nameOf = ({ arguments: args }: CommandCall): string => args.text('StreamName');

function find(call: CommandCall): StreamInfo | undefined {
  return call.host.streams.list().find((info) => info.definition.name === nameOf(call));
}

function one(call: CommandCall): StreamInfo {
  const found = find(call);
  if (found) return found;
  const names = call.host.streams.list().map((info) => info.definition.name);
  throw new AppError('semantic', 'no_stream', `There is no stream named '${nameOf(call)}'.`, {
    hints: [`There are: ${names.join(', ') || 'none'}.`],
  });
}

function note(call: CommandCall, event: string, database: string): void {
  call.host.catalog.journal.add({ event, database, entity: nameOf(call), ...journalParts(call) });
}

/** `.create-or-alter stream S into table T kind=kafka ```{…}``` with (secret=h"…", paused=true)` */
async function define(call: CommandCall, replaces: boolean): Promise<CommandAnswer> {
  const { host, arguments: args, signal } = call;
  const database = writableDatabaseOf(call);
  const { text, json, members, secret } = givenDefinition(call);
  const definition = streamOf(text, json, members, {
    name: nameOf(call),
    database: database.name,
    table: args.text('TableName'),
    kind: args.text('Kind').toLowerCase(),
  });
  const held = find(call);
  if (held && !replaces)
    throw new AppError('input', 'stream_exists', `There is a stream ${nameOf(call)} already.`, {
      hints: ['`.create-or-alter stream` gives it the new definition.'],
    });
  const made = held
    ? await host.streams.alter(host, definition, secret, signal)
    : await host.streams.create(host, definition, secret, signal);
  note(call, held ? 'ALTER-STREAM' : 'CREATE-STREAM', database.name);
  return answer([args.flag('paused') ? await host.streams.pause(host, nameOf(call)) : made]);
}

async function rewind(call: CommandCall): Promise<CommandAnswer> {
  const { host, arguments: args } = call;
  const { definition } = one(call);
  const start = startOf(args.text('Start'));
  if (!start)
    throw new AppError('input', 'bad_start', `A stream can't begin at ${args.text('Start')}.`, {
      hints: [
        'Write earliest, latest, datetime(2026-01-31), or the next position of each part: \'{"topic/0": "5"}\'.',
      ],
    });
  const info = await host.streams.rewind(host, nameOf(call), start);
  note(call, 'REWIND-STREAM', definition.database);
  return answer([info]);
}

async function drop(call: CommandCall): Promise<CommandAnswer> {
  const held = call.arguments.has('ifexists') ? find(call) : one(call);
  if (!held) return answer([]);
  await call.host.streams.remove(call.host, nameOf(call));
  note(call, 'DROP-STREAM', held.definition.database);
  return answer([held]);
}

function details(call: CommandCall): CommandAnswer {
  const info = one(call);
  return table(
    [...COLUMNS, ['Definition', 'dynamic'], ['Positions', 'dynamic']],
    [
      {
        ...rowOf(info),
        Definition: JSON.stringify(info.definition),
        Positions: JSON.stringify(info.positions),
      },
    ],
  );
}

const positions = (call: CommandCall): CommandAnswer =>
  table(
    [
      ['Part', 'string'],
      ['Position', 'string'],
    ],
    Object.entries(one(call).positions).map(([Part, Position]) => ({ Part, Position })),
  );

const messages = (call: CommandCall): CommandAnswer =>
  table(
    [
      ['Timestamp', 'datetime'],
      ['State', 'string'],
      ['Message', 'string'],
    ],
    call.host.streams.messages(one(call).definition.name).map(({ at, state, text }) => ({
      Timestamp: ticksOfIso(at),
      State: state,
      Message: text,
    })),
  );

/** The definition, and the command that makes it again. */
function asJson(call: CommandCall): CommandAnswer {
  const { definition } = one(call);
  return table(
    [
      ['StreamName', 'string'],
      ['DatabaseName', 'string'],
      ['Json', 'string'],
      ['Command', 'string'],
    ],
    [
      {
        StreamName: definition.name,
        DatabaseName: definition.database,
        Json: shownJson(definition),
        Command: streamCommandText(definition),
      },
    ],
  );
}

/** Streams in the shape of the service's own commands; Kusto has none of its own for sources that a client makes. */
export const streamCommands: Commands = {
  ShowStreams: (call) => answer(call.host.streams.list()),
  ShowStream: (call) => answer([one(call)]),
  ShowStreamDetails: details,
  ShowStreamPositions: positions,
  ShowStreamMessages: messages,
  ShowStreamAsJson: asJson,
  CreateStream: (call) => define(call, false),
  CreateOrAlterStream: (call) => define(call, true),
  PauseStream: async (call) => answer([await call.host.streams.pause(call.host, nameOf(call))]),
  ResumeStream: async (call) =>
    answer([await call.host.streams.resumeOne(call.host, nameOf(call), givenSecret(call))]),
  RewindStream: rewind,
  DropStream: drop,
};
