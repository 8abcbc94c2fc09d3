import {
  type PipelineDefinition,
  type PipelineInfo,
  pipelineDefinition,
} from '../../../common/contract/pipelines.ts';
import { AppError } from '../../../common/errors/app-error.ts';
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
import { runsAnswer } from './run-rows.ts';

const MOST_RUNS = 1_000;

const COLUMNS: CommandAnswer['columns'] = [
  ['PipelineName', 'string'],
  ['DatabaseName', 'string'],
  ['Source', 'string'],
  ['Destination', 'string'],
  ['Trigger', 'string'],
  ['State', 'string'],
  ['Rows', 'long'],
  ['PendingExtents', 'long'],
  ['LastRunOn', 'datetime'],
  ['LastRunState', 'string'],
  ['NextRunOn', 'datetime'],
  ['Message', 'string'],
];

function sourceText({ source }: PipelineDefinition): string {
  switch (source.kind) {
    case 'table':
      return `table ${source.table}`;
    case 'query':
      return `query ${source.query}`;
    case 'files':
      return `files ${source.paths.join(', ')}`;
  }
}

function placeText(
  place: Extract<PipelineDefinition['destination'], { kind: 'storage' }>['place'],
): string {
  switch (place.kind) {
    case 'azure':
      return `${place.service}/${place.container ?? ''}`;
    case 's3':
      return `s3://${place.bucket ?? ''}`;
    case 'http':
      return place.base;
    case 'folder':
      return place.path;
  }
}

function destinationText({ destination }: PipelineDefinition): string {
  switch (destination.kind) {
    case 'table':
      return `table ${destination.table}`;
    case 'files':
      return `files ${destination.folder}`;
    case 'storage':
      return `storage ${placeText(destination.place)}/${destination.below}`;
    case 'externalTable':
      return `external table ${destination.table}`;
    case 'kafka':
      return `kafka ${destination.topic}`;
    case 'postgres':
      return `postgres ${destination.server.host}/${destination.server.database} ${destination.schema}.${destination.table}`;
  }
}

export function triggerText(trigger: PipelineDefinition['trigger']): string {
  if (trigger.on === 'interval') return `every ${trigger.seconds} s`;
  return trigger.on === 'cron' ? `${trigger.cron} (${trigger.zone})` : trigger.on;
}

function rowOf(info: PipelineInfo): CommandRecord {
  const { definition, lastRun } = info;
  return {
    PipelineName: definition.name,
    DatabaseName: definition.database,
    Source: sourceText(definition),
    Destination: destinationText(definition),
    Trigger: triggerText(definition.trigger),
    State: info.state,
    Rows: info.rows,
    PendingExtents: info.pendingExtents,
    LastRunOn: ticksOfIso(lastRun?.startedAt ?? ''),
    LastRunState: lastRun?.state ?? '',
    NextRunOn: ticksOfIso(info.nextRunAt),
    Message: lastRun?.message ?? '',
  };
}

const answer = (infos: readonly PipelineInfo[]): CommandAnswer => table(COLUMNS, infos.map(rowOf));
const nameOf = ({ arguments: args }: CommandCall): string => args.text('PipelineName');

function one(call: CommandCall): PipelineInfo {
  const { host } = call;
  return host.pipelines.info(host, host.pipelines.get(host, databaseOf(call).name, nameOf(call)));
}

function note(call: CommandCall, event: string): void {
  const database = databaseOf(call).name;
  call.host.catalog.journal.add({ event, database, entity: nameOf(call), ...journalParts(call) });
}

/** `.create-or-alter pipeline P ```{…}``` with (secret=h"…") <| query`; a query takes the place of the source. */
async function define(call: CommandCall, replaces: boolean): Promise<CommandAnswer> {
  const { host, query, signal } = call;
  const database = writableDatabaseOf(call);
  const { text, json, members, secret } = givenDefinition(call);
  const { over, ...rest } = members;
  const value = {
    ...(query === undefined
      ? members
      : { ...rest, source: { kind: 'query', query, ...(over === undefined ? {} : { over }) } }),
    name: nameOf(call),
    database: database.name,
  };
  const definition = checkedDefinition(text, json, value, pipelineDefinition, (path) =>
    query !== undefined && path[0] === 'source' ? path.slice(1) : path,
  );
  const held = host.catalog.pipelines.find('pipeline', database, definition.name);
  if (held && !replaces)
    throw new AppError('input', 'pipeline_exists', `There is a pipeline ${nameOf(call)} already.`, {
      hints: ['`.create-or-alter pipeline` gives it the new definition.'],
    });
  const options = secret === undefined ? {} : { secret };
  const info = await host.pipelines.save(host, definition, options, signal);
  note(call, held ? 'ALTER-PIPELINE' : 'CREATE-PIPELINE');
  return answer([info]);
}

async function drop(call: CommandCall): Promise<CommandAnswer> {
  const { host, arguments: args } = call;
  const database = writableDatabaseOf(call);
  if (args.has('ifexists') && !host.catalog.pipelines.find('pipeline', database, nameOf(call)))
    return answer([]);
  const held = one(call);
  await host.pipelines.remove(host, database.name, nameOf(call));
  note(call, 'DROP-PIPELINE');
  return answer([held]);
}

function setPaused(call: CommandCall, paused: boolean): CommandAnswer {
  const { host } = call;
  return answer([
    host.pipelines.setPaused(host, writableDatabaseOf(call).name, nameOf(call), paused),
  ]);
}

function artifacts(call: CommandCall): CommandAnswer {
  const { host } = call;
  const { id } = host.pipelines.get(host, databaseOf(call).name, nameOf(call));
  return table(
    [
      ['Timestamp', 'datetime'],
      ['Path', 'string'],
      ['NumRecords', 'long'],
    ],
    host.catalog.pipelines.artifacts(id).map(({ at, path, records }) => ({
      Timestamp: ticksOfIso(at),
      Path: path,
      NumRecords: records,
    })),
  );
}

function withDefinition(call: CommandCall): CommandAnswer {
  const info = one(call);
  return table(
    [...COLUMNS, ['Definition', 'dynamic']],
    [{ ...rowOf(info), Definition: JSON.stringify(info.definition) }],
  );
}

/** The definition as `.create-or-alter pipeline` takes it. */
function asJson(call: CommandCall): CommandAnswer {
  const { definition } = one(call);
  const { name, database, ...rest } = definition;
  return table(
    [
      ['PipelineName', 'string'],
      ['DatabaseName', 'string'],
      ['Json', 'string'],
      ['Command', 'string'],
    ],
    [
      {
        PipelineName: name,
        DatabaseName: database,
        Json: shownJson(definition),
        Command: `.create-or-alter pipeline ['${name}'] \`\`\`\n${shownJson(rest)}\n\`\`\``,
      },
    ],
  );
}

export const pipelineCommands: Commands = {
  ShowPipelines: (call) => answer(call.host.pipelines.list(call.host)),
  ShowPipeline: (call) => answer([one(call)]),
  ShowPipelineDetails: withDefinition,
  ShowPipelineAsJson: asJson,
  ShowPipelineRuns: (call) =>
    runsAnswer(call.host.pipelines.runs(call.host, databaseOf(call).name, nameOf(call), MOST_RUNS)),
  ShowPipelineArtifacts: artifacts,
  CreatePipeline: (call) => define(call, false),
  CreateOrAlterPipeline: (call) => define(call, true),
  RunPipeline: async (call) =>
    runsAnswer([
      await call.host.pipelines.run(
        call.host,
        writableDatabaseOf(call).name,
        nameOf(call),
        call.signal,
      ),
    ]),
  CancelPipeline: async (call) => {
    await call.host.pipelines.cancel(call.host, writableDatabaseOf(call).name, nameOf(call));
    return answer([one(call)]);
  },
  PausePipeline: (call) => setPaused(call, true),
  ResumePipeline: (call) => setPaused(call, false),
  DropPipeline: drop,
};
