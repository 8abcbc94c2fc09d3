import { type FunctionEntry, scalar } from '../define.ts';

const UNITS = ['Bytes', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** Page "format_bytes()": powers of 1024, the largest unit that leaves at least one unless a unit is asked for. */
function formatBytes(size: number, precision: number, unit: string | undefined): string {
  if (!Number.isFinite(size)) return '';
  const magnitude = Math.abs(size);
  let step = UNITS.findIndex((u) => u.toLowerCase() === unit?.toLowerCase());
  if (step < 0) step = magnitude < 1 ? 0 : Math.floor(Math.log2(magnitude) / 10);
  step = Math.min(step, UNITS.length - 1);
  const digits = Math.min(Math.max(Math.trunc(precision), 0), 15);
  return `${Number((size / 1024 ** step).toFixed(digits))} ${UNITS[step]}`;
}

export const bytes: readonly FunctionEntry[] = [
  scalar(
    'format_bytes',
    {
      coerce: false,
      js: {
        call: ([size, precision, unit]) =>
          formatBytes(Number(size), Number(precision ?? 0), unit ? String(unit) : undefined),
      },
    },
    [
      { kql: 'format_bytes(564)', result: '564 Bytes' },
      { kql: 'format_bytes(10332, 1)', result: '10.1 KB' },
      { kql: 'format_bytes(20010332, 2)', result: '19.08 MB' },
      { kql: 'format_bytes(20010332, 0, "KB")', result: '19541 KB' },
    ],
  ),
];
