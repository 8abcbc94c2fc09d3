import { ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import type { ViewRow } from '../catalog/views-store.ts';
import type { HostContext } from '../context.ts';
import { type CommandAnswer, type CommandCall, type CommandRecord, table } from './command.ts';

const COLUMNS = [
  ['Name', 'string'],
  ['SourceTable', 'string'],
  ['Query', 'string'],
  ['MaterializedTo', 'datetime'],
  ['LastRun', 'datetime'],
  ['LastRunResult', 'string'],
  ['IsHealthy', 'bool'],
  ['IsEnabled', 'bool'],
  ['Folder', 'string'],
  ['DocString', 'string'],
  ['AutoUpdateSchema', 'bool'],
  ['EffectiveDateTime', 'datetime'],
  ['Lookback', 'timespan'],
  ['LookbackColumn', 'string'],
] as const;

export const ticksOfIso = (iso: string | undefined): bigint | null =>
  iso === undefined ? null : ticksOfUnixMillis(Date.parse(iso));

const ticks = (digits: string | undefined): bigint | null =>
  digits === undefined ? null : BigInt(digits);

function recordOf({ catalog }: HostContext, view: ViewRow): CommandRecord {
  const { definition, state } = view;
  const stored = catalog.tables.byId(view.id);
  const source = view.sourceId === undefined ? undefined : catalog.tables.byId(view.sourceId);
  return {
    Name: view.name,
    SourceTable: definition.source,
    Query: definition.query,
    MaterializedTo: ticks(state.materializedTo),
    LastRun: ticksOfIso(state.lastRun),
    LastRunResult: state.lastResult ?? '',
    IsHealthy: state.unhealthy === undefined && source?.name === definition.source,
    IsEnabled: view.enabled,
    Folder: stored?.folder ?? '',
    DocString: stored?.docstring ?? '',
    AutoUpdateSchema: definition.autoUpdateSchema,
    EffectiveDateTime: ticks(definition.effectiveDateTime),
    Lookback: ticks(definition.lookback),
    LookbackColumn: definition.lookbackColumn ?? '',
  };
}

/** What `.show materialized-view` and the commands that change one answer. */
export function viewAnswer({ host }: CommandCall, views: readonly ViewRow[]): CommandAnswer {
  return table(
    COLUMNS,
    views.map((view) => recordOf(host, view)),
  );
}
