import type { QueryOutcome, ResultInfo } from '../../../common/contract/query.ts';
import type { AppError } from '../../../common/errors/app-error.ts';
import type { KqlType } from '../../../common/types/kql-type.ts';
import { formatDatetime, ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import { hideSecrets } from '../services/hide-secrets.ts';
import { RESULT_TOO_LARGE } from './truncation.ts';

export type SideColumns = readonly (readonly [name: string, type: KqlType])[];

/** A small table beside the results, complete. */
export interface SideTable {
  readonly columns: SideColumns;
  readonly rows: readonly (readonly unknown[])[];
}

export interface AnswerIds {
  readonly clientRequestId: string;
  readonly activityId: string;
}

/** Properties that a `render` may set, with what the service writes for one that isn't set. */
const VISUALIZATION_DEFAULTS: Readonly<Record<string, unknown>> = {
  Visualization: null,
  Title: null,
  XColumn: null,
  Series: null,
  YColumns: null,
  AnomalyColumns: null,
  XTitle: null,
  YTitle: null,
  XAxis: null,
  YAxis: null,
  Legend: null,
  YSplit: null,
  Accumulate: false,
  IsQuerySorted: false,
  Kind: null,
  Ymin: 'NaN',
  Ymax: 'NaN',
  Xmin: null,
  Xmax: null,
};

/** The `Visualization` property of a result as JSON text (page "render operator"). */
export function visualizationText({ visualization }: ResultInfo): string {
  const set: Record<string, unknown> = { ...VISUALIZATION_DEFAULTS };
  if (visualization) {
    set.Visualization = visualization.kind;
    for (const [name, value] of Object.entries(visualization.properties)) {
      const key = Object.keys(set).find((known) => known.toLowerCase() === name.toLowerCase());
      set[key ?? name] = /^(true|false)$/i.test(value) ? value.toLowerCase() === 'true' : value;
    }
  }
  return JSON.stringify(set);
}

const now = (): string => formatDatetime(ticksOfUnixMillis(Date.now()));

function usage({ stats, results }: QueryOutcome): string {
  return JSON.stringify({
    ExecutionTime: stats.elapsedMs / 1_000,
    resource_usage: {
      memory: { peak_per_node: stats.memoryBytes },
    },
    input_dataset_statistics: {
      extents: { total: stats.extentsTotal, scanned: stats.extentsScanned },
      rows: { scanned: stats.rowsScanned },
      bytes: { scanned: stats.bytesScanned },
    },
    dataset_statistics: results.map((result) => ({ table_row_count: result.rowCount })),
  });
}

const INFO_LEVEL = 4;
const STATS_LEVEL = 6;
const ERROR_LEVEL = 2;
const OK = 'S_OK (0)';
const SUCCESS = 'Query completed successfully';
/** HRESULTs: the service's own for a result over its limits, and the general failure. */
const LIMIT_STATUS = -2_133_196_797;
const FAILED_STATUS = -2_147_467_259;

/** `failures` are what went wrong after rows had been sent. */
export function completionTable(
  outcome: QueryOutcome | undefined,
  failures: readonly AppError[],
  ids: AnswerIds,
): SideTable {
  const head = [now(), ids.clientRequestId, ids.activityId, ids.activityId, ids.activityId];
  const info = (text: string): string => JSON.stringify({ Count: 1, Text: text });
  const ends =
    failures.length === 0
      ? [[...head, INFO_LEVEL, 'Info', 0, OK, INFO_LEVEL, 'QueryInfo', info(SUCCESS)]]
      : failures.map(({ code, message }) => [
          ...head,
          ERROR_LEVEL,
          'Error',
          code === RESULT_TOO_LARGE ? LIMIT_STATUS : FAILED_STATUS,
          `${code} (${code === RESULT_TOO_LARGE ? LIMIT_STATUS : FAILED_STATUS})`,
          1,
          code === RESULT_TOO_LARGE ? 'QueryLimitsExceeded' : 'QueryError',
          info(hideSecrets(message)),
        ]);
  return {
    columns: [
      ['Timestamp', 'datetime'],
      ['ClientRequestId', 'string'],
      ['ActivityId', 'guid'],
      ['SubActivityId', 'guid'],
      ['ParentActivityId', 'guid'],
      ['Level', 'int'],
      ['LevelName', 'string'],
      ['StatusCode', 'int'],
      ['StatusCodeName', 'string'],
      ['EventType', 'int'],
      ['EventTypeName', 'string'],
      ['Payload', 'string'],
    ],
    rows: [
      ...ends,
      ...(outcome
        ? [[...head, STATS_LEVEL, 'Stats', 0, OK, 0, 'QueryResourceConsumption', usage(outcome)]]
        : []),
    ],
  };
}

/** The v1 counterpart of `completionTable`. */
export function statusTable(outcome: QueryOutcome, ids: AnswerIds): SideTable {
  const tail = [1, ids.activityId, ids.activityId, ids.activityId, ids.clientRequestId];
  return {
    columns: [
      ['Timestamp', 'datetime'],
      ['Severity', 'int'],
      ['SeverityName', 'string'],
      ['StatusCode', 'int'],
      ['StatusDescription', 'string'],
      ['Count', 'int'],
      ['RequestId', 'guid'],
      ['ActivityId', 'guid'],
      ['SubActivityId', 'guid'],
      ['ClientActivityId', 'string'],
    ],
    rows: [
      [now(), INFO_LEVEL, 'Info', 0, SUCCESS, ...tail],
      [now(), STATS_LEVEL, 'Stats', 0, usage(outcome), ...tail],
    ],
  };
}

/** Lists the tables of a v1 answer; always its last table. */
export function contentsTable(
  entries: readonly (readonly [kind: string, name: string, id: string])[],
): SideTable {
  return {
    columns: [
      ['Ordinal', 'long'],
      ['Kind', 'string'],
      ['Name', 'string'],
      ['Id', 'string'],
      ['PrettyName', 'string'],
    ],
    rows: entries.map(([kind, name, id], index) => [index, kind, name, id, '']),
  };
}
