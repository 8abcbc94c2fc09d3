import type { MappedColumn } from '../../../common/contract/ingest.ts';

type Transform = NonNullable<MappedColumn['transform']>;

const TIME_NAME = /time|date|epoch|timestamp|^ts$|_ts$|^at$|_at$|created|updated|modified|when/i;
const TICKS_NAME = /tick/i;

/** 2000-01-01 … 2100-01-01 in seconds: what a column of moments is nearly always inside of. */
const FROM = 946_684_800n;
const UNTIL = 4_102_444_800n;

const UNITS: readonly (readonly [Transform, bigint])[] = [
  ['DateTimeFromUnixSeconds', 1n],
  ['DateTimeFromUnixMilliseconds', 1_000n],
  ['DateTimeFromUnixMicroseconds', 1_000_000n],
  ['DateTimeFromUnixNanoseconds', 1_000_000_000n],
];

/** Seconds or smaller units since 1970, when both the name and the range of all values say so. */
export function epochUnit(name: string, least: bigint, most: bigint): Transform | undefined {
  if (!TIME_NAME.test(name)) return undefined;
  return UNITS.find(([, unit]) => least >= FROM * unit && most < UNTIL * unit)?.[0];
}

/** .NET ticks of a moment from 2000 to 2100, when the name says ticks or time. */
export function isTicks(name: string, least: bigint, most: bigint): boolean {
  const named = TICKS_NAME.test(name) || TIME_NAME.test(name);
  return named && least >= 630_822_816_000_000_000n && most < 662_380_416_000_000_000n;
}
