import { z } from 'zod';
import { AppError } from '../../../common/errors/app-error.ts';
import { formatDatetime, formatTimespan } from '../../../common/types/ticks.ts';
import type { CommandArguments } from './arguments.ts';
import { datetimeOf, ticksOfTimespan, timespanOf } from './timespan.ts';

export type PolicyLevel = 'Cluster' | 'Database' | 'Table' | 'Column' | 'MaterializedView';

export interface PolicyKind {
  /** As the service's answers name it. */
  readonly name: string;
  /** What its JSON has to be; more properties than these are kept as they are. */
  readonly schema: z.ZodType;
  readonly levels: readonly PolicyLevel[];
  /** The policy that a command without JSON describes; undefined if it brings JSON. */
  readonly from?: (args: CommandArguments) => unknown;
  /** Why a policy can't be set; undefined if it can. */
  readonly refuse?: (policy: unknown) => string | undefined;
}

const timespanText = z.string().refine((text) => ticksOfTimespan(text) !== undefined, {
  message: 'is no timespan',
});
const switched = z.looseObject({ IsEnabled: z.boolean() });

const isOn = (policy: unknown): boolean => switched.safeParse(policy).data?.IsEnabled === true;
const REFUSED = 'Calypso has one user, who sees all rows: accepting it would hide nothing.';

export const retention = z.looseObject({
  SoftDeletePeriod: timespanText.optional(),
  Recoverability: z.enum(['Enabled', 'Disabled']).optional(),
});
export const merge = z.looseObject({
  RowCountUpperBoundForMerge: z.number().int().min(0).optional(),
  MaxExtentsToMerge: z.number().int().min(2).optional(),
  AllowRebuild: z.boolean().optional(),
  AllowMerge: z.boolean().optional(),
});
export const autoDelete = z.looseObject({
  ExpiryDate: z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'is no date'),
  DeleteIfNotEmpty: z.boolean().optional(),
});
export const tagsRetention = z.array(
  z.looseObject({ TagPrefix: z.string(), RetentionPeriod: timespanText }),
);
const count = z.number().int().min(1).optional();

/** By the name that Kusto.Language's kinds of command carry. A new policy is an entry here. */
export const POLICY_KINDS = {
  Retention: {
    name: 'RetentionPolicy',
    schema: retention,
    levels: ['Table', 'Database', 'MaterializedView'],
    from: (args) => {
      const soft = args.optional('SoftDeleteValue');
      const recoverability = args.optional('RecoverabilityValue');
      if (soft === undefined && recoverability === undefined) return undefined;
      return {
        ...(soft === undefined
          ? {}
          : { SoftDeletePeriod: formatTimespan(timespanOf(soft, 'softdelete')) }),
        ...(recoverability === undefined
          ? {}
          : {
              Recoverability: recoverability.toLowerCase() === 'enabled' ? 'Enabled' : 'Disabled',
            }),
      };
    },
  },
  Caching: {
    name: 'CachingPolicy',
    schema: z.looseObject({}),
    levels: ['Table', 'Database', 'Cluster', 'Column', 'MaterializedView'],
    from: cachingOf,
  },
  Merge: {
    name: 'ExtentsMergePolicy',
    schema: merge,
    levels: ['Table', 'Database', 'MaterializedView'],
  },
  IngestionTime: {
    name: 'IngestionTimePolicy',
    schema: switched,
    levels: ['Table'],
    from: (args) => ({ IsEnabled: args.has('true') }),
  },
  RowOrder: {
    name: 'RowOrderPolicy',
    schema: z.array(z.object({ ColumnName: z.string(), Direction: z.enum(['asc', 'desc']) })),
    levels: ['Table'],
    from: (args) => {
      const directions = args.list('words').filter((word) => word === 'asc' || word === 'desc');
      return args
        .list('ColumnName')
        .map((ColumnName, i) => ({ ColumnName, Direction: directions[i] ?? 'asc' }));
    },
  },
  Sharding: {
    name: 'ShardingPolicy',
    schema: z.looseObject({
      MaxRowCount: count,
      MaxExtentSizeInMb: count,
      MaxOriginalSizeInMb: count,
    }),
    levels: ['Table', 'Database', 'Cluster'],
  },
  Partitioning: {
    name: 'PartitioningPolicy',
    schema: z.looseObject({
      PartitionKeys: z.array(
        z.looseObject({ ColumnName: z.string(), Kind: z.enum(['Hash', 'UniformRange']) }),
      ),
    }),
    levels: ['Table', 'MaterializedView'],
  },
  StreamingIngestion: {
    name: 'StreamingIngestionPolicy',
    schema: switched,
    levels: ['Table', 'Database', 'Cluster'],
    from: (args) => {
      const status = args.optional('Status');
      return status === undefined ? undefined : { IsEnabled: status.toLowerCase() === 'enable' };
    },
  },
  IngestionBatching: {
    name: 'IngestionBatchingPolicy',
    schema: z.looseObject({
      MaximumBatchingTimeSpan: timespanText.optional(),
      MaximumNumberOfItems: count,
      MaximumRawDataSizeMB: count,
    }),
    levels: ['Table', 'Database', 'Cluster'],
  },
  Encoding: {
    name: 'EncodingPolicy',
    schema: z.looseObject({}),
    levels: ['Table', 'Database', 'Column'],
    from: (args) => {
      const type = args.optional('EncodingPolicyType');
      return type === undefined ? undefined : { EncodingPolicyType: type };
    },
  },
  ExtentTagsRetention: {
    name: 'ExtentTagsRetentionPolicy',
    schema: tagsRetention,
    levels: ['Table', 'Database'],
  },
  RestrictedViewAccess: {
    name: 'RestrictedViewAccessPolicy',
    schema: switched,
    levels: ['Table'],
    from: (args) => ({ IsEnabled: args.has('true') }),
    refuse: (policy) => (isOn(policy) ? REFUSED : undefined),
  },
  RowLevelSecurity: {
    name: 'RowLevelSecurityPolicy',
    schema: switched,
    levels: ['Table', 'MaterializedView'],
    from: (args) => ({ IsEnabled: args.has('enable'), Query: args.optional('Query') ?? '' }),
    refuse: (policy) => (isOn(policy) ? REFUSED : undefined),
  },
  AutoDelete: { name: 'AutoDeletePolicy', schema: autoDelete, levels: ['Table'] },
} satisfies Readonly<Record<string, PolicyKind>>;

const caching = z.looseObject({ DataHotSpan: z.looseObject({ Value: timespanText }) });

/** Ticks for which a caching policy calls rows hot; undefined if there is none. */
export function hotSpan(policy: unknown): bigint | undefined {
  const span = caching.safeParse(policy).data?.DataHotSpan.Value;
  return span === undefined ? undefined : ticksOfTimespan(span);
}

/** `hot = 30d` or `hotdata = … hotindex = …`, with `hot_window = a .. b` behind (page "Caching policy"). */
function cachingOf(args: CommandArguments): unknown {
  const hot = args.optional('Timespan');
  const data = args.optional('HotData') ?? hot;
  if (data === undefined) return undefined;
  const index = args.optional('HotIndex') ?? data;
  const span = (text: string): object => ({
    Value: formatTimespan(timespanOf(text, 'The hot period')),
  });
  const windows = hotWindows(args.optional('Windows'));
  return {
    DataHotSpan: span(data),
    IndexHotSpan: span(index),
    ...(windows.length > 0 ? { HotWindows: windows } : {}),
  };
}

const WINDOW = /^\s*,\s*hot_window\s*=\s*([^,]+?)\s*\.\.\s*(datetime\([^)]*\)|[^,\s]+)/i;

function hotWindows(text: string | undefined): readonly object[] {
  const windows: object[] = [];
  let rest = text ?? '';
  while (rest.trim() !== '') {
    const found = WINDOW.exec(rest);
    if (!found?.[1] || !found[2])
      throw new AppError('syntax', 'bad_hot_window', `This is no hot window: ${rest.trim()}`, {
        hints: ['For instance: , hot_window = datetime(2024-01-01) .. datetime(2024-02-01)'],
      });
    windows.push({
      MinValue: formatDatetime(datetimeOf(found[1], 'A hot window')),
      MaxValue: formatDatetime(datetimeOf(found[2], 'A hot window')),
    });
    rest = rest.slice(found[0].length);
  }
  return windows;
}
