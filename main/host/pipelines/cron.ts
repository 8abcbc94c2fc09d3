import { AppError } from '../../../common/errors/app-error.ts';

/** The five fields, each as the set of its values. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Both days are given: either of them fits (POSIX, crontab). */
  readonly eitherDay: boolean;
}

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const WEEKDAYS = 'sun mon tue wed thu fri sat'.split(' ');
const FIELDS: readonly Field[] = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of the month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: MONTHS },
  // 7 is Sunday too.
  { name: 'day of the week', from: 0, to: 7, names: WEEKDAYS },
];
/** A 29th of February comes within eight years, over a year like 2100 too. */
const LONGEST_DAYS = 8 * 366 + 1;

function wrong(text: string, why: string): AppError {
  return new AppError('input', 'bad_cron', `'${text}' is no schedule: ${why}.`, {
    hints: ['For instance `30 6 * * mon-fri`: at half past six on working days.'],
  });
}

/** `30 6 * * mon-fri`: numbers, names, `*`, ranges, lists and steps, as in crontab. */
export function parseCron(text: string): Cron {
  const parts = text.trim().toLowerCase().split(/\s+/);
  if (parts.length !== FIELDS.length)
    throw wrong(text, `it has ${parts.length} fields, and needs five`);
  const [minutes, hours, days, months, weekdays] = FIELDS.map((field, i) =>
    valuesOf(field, parts[i] ?? '', text),
  ) as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];
  if (weekdays.delete(7)) weekdays.add(0);
  return {
    minutes,
    hours,
    days,
    months,
    weekdays,
    eitherDay: !parts[2]?.startsWith('*') && !parts[4]?.startsWith('*'),
  };
}

function valuesOf(field: Field, text: string, whole: string): Set<number> {
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const [, range = '', step = '1'] = /^([^/]+)(?:\/(\d+))?$/.exec(item) ?? [];
    const [first = '', last] = range === '*' ? ['*'] : range.split('-');
    const stepped = item.includes('/');
    const from = range === '*' ? field.from : numberOf(field, first);
    const to =
      range === '*' || (last === undefined && stepped) ? field.to : numberOf(field, last ?? first);
    if (from === undefined || to === undefined || from > to || Number(step) < 1)
      throw wrong(whole, `'${item}' is no ${field.name}`);
    for (let value = from; value <= to; value += Number(step)) values.add(value);
  }
  return values;
}

function numberOf(field: Field, text: string): number | undefined {
  const named = field.names?.indexOf(text) ?? -1;
  if (named >= 0) return named + (field.from === 1 ? 1 : 0);
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= field.from && value <= field.to ? value : undefined;
}

/**
 * The first moment after `after`, in milliseconds since 1970; undefined if there is none within eight years. An
 * hour that a change to summer time leaves out is left out; one that comes twice counts once.
 */
export function nextTime(cron: Cron, after: number, zone: 'utc' | 'local'): number | undefined {
  const start = partsOf(after, zone);
  for (let day = 0; day < LONGEST_DAYS; day++) {
    const noon = momentOf({ ...start, day: start.day + day, hour: 12, minute: 0 }, zone);
    const date = partsOf(noon, zone);
    if (!fitsDay(cron, date)) continue;
    for (const hour of [...cron.hours].sort((a, b) => a - b))
      for (const minute of [...cron.minutes].sort((a, b) => a - b)) {
        const moment = momentOf({ ...date, hour, minute }, zone);
        if (moment > after && partsOf(moment, zone).hour === hour) return moment;
      }
  }
  return undefined;
}

interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly weekday: number;
}

function fitsDay({ days, months, weekdays, eitherDay }: Cron, date: DateParts): boolean {
  if (!months.has(date.month)) return false;
  const [day, weekday] = [days.has(date.day), weekdays.has(date.weekday)];
  return eitherDay ? day || weekday : day && weekday;
}

function partsOf(moment: number, zone: 'utc' | 'local'): DateParts {
  const date = new Date(moment);
  return zone === 'utc'
    ? {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
        weekday: date.getUTCDay(),
      }
    : {
        year: date.getFullYear(),
        month: date.getMonth() + 1,
        day: date.getDate(),
        hour: date.getHours(),
        minute: date.getMinutes(),
        weekday: date.getDay(),
      };
}

function momentOf(
  { year, month, day, hour, minute }: Omit<DateParts, 'weekday'>,
  zone: 'utc' | 'local',
): number {
  return zone === 'utc'
    ? Date.UTC(year, month - 1, day, hour, minute)
    : new Date(year, month - 1, day, hour, minute).getTime();
}
