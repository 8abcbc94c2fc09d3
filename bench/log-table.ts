import type { BenchTable } from './tables.ts';

/** A month of logs: skewed levels and components, messages from templates, traces of eight rows, a bag. */

/** 2024-05-01 in ticks. */
export const LOG_START = 638_501_184_000_000_000n;
const MONTH = 25_920_000_000_000n;

const COLUMNS: BenchTable['columns'] = [
  { name: 'Timestamp', type: 'datetime' },
  { name: 'Level', type: 'string' },
  { name: 'Component', type: 'string' },
  { name: 'Instance', type: 'string' },
  { name: 'Message', type: 'string' },
  { name: 'DurationMs', type: 'real' },
  { name: 'Status', type: 'int' },
  { name: 'TraceId', type: 'string' },
  { name: 'UserId', type: 'long' },
  { name: 'Properties', type: 'dynamic' },
];

/** A number below `n` that small ones are likelier to be. */
const skewed = (salt: number, n: number, power: number): string =>
  `floor(pow((hash(i + ${salt}) % 1000000) / 1000000.0, ${power}) * ${n})::BIGINT`;

const even = (salt: number, n: number): string => `(hash(i + ${salt}) % ${n})`;

const MESSAGE = `CASE
  WHEN h % 100 < 35 THEN 'Request ' || ['GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE'][1 + ${even(11, 6)}::INTEGER] || ' /api/' || ['orders', 'users', 'carts', 'search', 'reports'][1 + ${skewed(12, 5, 2)}::INTEGER] || '/' || ${skewed(13, 50_000, 3)} || ' completed in ' || ${skewed(14, 4_000, 4)} || ' ms'
  WHEN h % 100 < 50 THEN 'Cache miss for key user:' || ${skewed(15, 500_000, 2)}
  WHEN h % 100 < 62 THEN 'User ' || ${skewed(16, 400_000, 2)} || ' signed in from 10.' || ${even(17, 250)} || '.' || ${even(18, 250)} || '.' || ${even(19, 250)}
  WHEN h % 100 < 72 THEN 'Message batch of ' || ${even(20, 500)} || ' taken from queue-' || ${skewed(21, 24, 2)}
  WHEN h % 100 < 82 THEN 'Retry ' || (1 + ${even(22, 5)}) || ' of 5 for operation ' || hex(${even(23, 1_000_000)})
  WHEN h % 100 < 90 THEN 'Disk usage at ' || ${even(24, 100)} || '% on /var/lib/data'
  WHEN h % 100 < 95 THEN 'Connection to db-' || ${skewed(25, 40, 2)} || ' timed out after ' || (1000 + ${even(26, 30_000)}) || ' ms'
  WHEN h % 100 < 98 THEN 'Unhandled NullReferenceException in Orders.Submit at line ' || ${skewed(27, 900, 2)}
  ELSE 'OutOfMemoryError: heap of ' || (256 * (1 + ${even(28, 32)})) || ' MB is full'
END`;

const SELECT = `${LOG_START} + (i * (${MONTH} / 1e7)::BIGINT) AS "Timestamp",
  CASE WHEN h % 100 >= 95 THEN 'Critical' WHEN h % 100 >= 90 THEN 'Error' WHEN h % 100 >= 72 THEN 'Warning' WHEN h % 100 < 50 THEN 'Information' ELSE 'Debug' END AS "Level",
  'component-' || ${skewed(1, 60, 2)} AS "Component",
  'node-' || lpad(${skewed(2, 200, 1.5)}::VARCHAR, 3, '0') AS "Instance",
  ${MESSAGE} AS "Message",
  round(pow(${even(3, 1_000_000)} / 1e6, 6) * 30000 + 1, 3) AS "DurationMs",
  [200, 200, 200, 200, 200, 201, 204, 302, 404, 500, 503][1 + ${even(4, 11)}::INTEGER]::INTEGER AS "Status",
  md5((i // 8)::VARCHAR) AS "TraceId",
  ${skewed(5, 300_000, 2)} AS "UserId",
  '{"queue":"q' || ${skewed(6, 30, 2)} || '","attempt":' || ${even(7, 6)} || ',"region":"' || ['westeurope', 'eastus', 'southeastasia', 'brazilsouth'][1 + ${skewed(8, 4, 2)}::INTEGER] || '","build":"1.' || ${even(9, 12)} || '.0"}' AS "Properties"`;

export const logTable = (rows: number): BenchTable => ({
  name: 'Events',
  columns: COLUMNS,
  rows,
  select: SELECT,
});

/** Ticks of a moment of the month, as SQL. */
export const ticksAt = (day: number, hour = 0): string =>
  String(LOG_START + (BigInt(day - 1) * 24n + BigInt(hour)) * 36_000_000_000n);
