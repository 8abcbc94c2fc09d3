import {
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
} from '../../../../common/types/ticks.ts';
import { count, join, long, type Sql, sql, str } from '../../emit/sql.ts';
import { type CallContext, type FunctionEntry, type SqlArg, scalar } from '../define.ts';
import { as, constantText, once, timestampOf } from '../value/sql.ts';
import {
  formatDatetimeAs,
  formatTimespanAs,
  formatTokens,
  isDelimiter,
  isFraction,
} from './format-value.ts';

/** Letters that DuckDB's strftime writes as the pages ask; `%-m` is without a leading zero. */
const CALENDAR: Readonly<Record<string, string>> = {
  yyyy: '%Y',
  yy: '%y',
  y: '%-y',
  MM: '%m',
  M: '%-m',
  dd: '%d',
  d: '%-d',
  HH: '%H',
  H: '%-H',
  hh: '%I',
  h: '%-I',
  mm: '%M',
  m: '%-M',
  ss: '%S',
  s: '%-S',
  tt: '%p',
};

/** Digits of the fraction of a second; capital letters leave out zeros at its end. */
function fraction(ticks: Sql, token: string): Sql {
  const digits = token.length;
  const unit = 10n ** BigInt(7 - digits);
  const text = sql`lpad(CAST(${ticks} % ${long(TICKS_PER_SECOND)} // ${long(unit)} AS VARCHAR), ${count(digits)}, '0')`;
  return token.startsWith('F') ? sql`rtrim(${text}, '0')` : text;
}

function datetimePieces(
  ticks: Sql,
  tokens: readonly string[],
  context: CallContext,
): readonly Sql[] {
  const pieces: Sql[] = [];
  let run = '';
  const flush = (): void => {
    if (run !== '') pieces.push(sql`strftime(${timestampOf(ticks)}, ${str(run)})`);
    run = '';
  };
  for (const token of tokens) {
    if (isFraction(token)) {
      flush();
      pieces.push(fraction(ticks, token));
    } else if (isDelimiter(token)) run += token;
    else run += CALENDAR[token] ?? context.fail(`format_datetime() does not know '${token}'.`);
  }
  flush();
  return pieces;
}

const CLOCK: Readonly<Record<string, readonly [bigint, bigint]>> = {
  h: [TICKS_PER_HOUR, 24n],
  H: [TICKS_PER_HOUR, 24n],
  m: [TICKS_PER_MINUTE, 60n],
  s: [TICKS_PER_SECOND, 60n],
};

function timespanPieces(
  ticks: Sql,
  tokens: readonly string[],
  context: CallContext,
): readonly Sql[] {
  const unknown = (token: string): never =>
    context.fail(`format_timespan() does not know '${token}'.`);
  const padded = (figure: Sql, width: number): Sql =>
    sql`format(${str(`{:0${width}d}`)}, CAST(${figure} AS BIGINT))`;
  return tokens.map((token) => {
    if (isDelimiter(token)) return str(token);
    if (isFraction(token)) return fraction(ticks, token);
    const letter = token.charAt(0);
    if (letter === 'd' && token.length <= 8)
      return padded(sql`${ticks} // ${long(TICKS_PER_DAY)}`, token.length);
    const [unit, modulus] = CLOCK[letter] ?? unknown(token);
    if (token.length > 2) return unknown(token);
    return padded(sql`${ticks} // ${long(unit)} % ${long(modulus)}`, token.length);
  });
}

function formatted(
  name: 'format_datetime' | 'format_timespan',
  args: readonly SqlArg[],
  context: CallContext,
): Sql | undefined {
  const [value, format] = args;
  if (!value || !format) return undefined;
  const known = constantText(format);
  if (known === undefined) return undefined;
  const tokens =
    formatTokens(known) ?? context.fail(`${name}() does not take the format '${known}'.`);
  if (tokens.length === 0) return str('');
  if (name === 'format_datetime')
    return once(
      as(value, 'datetime', context),
      (t) => sql`coalesce(${join(datetimePieces(t, tokens, context), ' || ')}, '')`,
    );
  return once(as(value, 'timespan', context), (t) => {
    // HUGEINT: the most negative span has no positive twin in 64 bits.
    const size = sql`abs(CAST(${t} AS HUGEINT))`;
    return sql`coalesce(CASE WHEN ${t} < 0 THEN '-' ELSE '' END || ${join(timespanPieces(size, tokens, context), ' || ')}, '')`;
  });
}

export const formatting: readonly FunctionEntry[] = [
  scalar(
    'format_datetime',
    {
      sql: (args, context) => formatted('format_datetime', args, context),
      js: { call: ([t, format]) => formatDatetimeAs(t as bigint, String(format)) },
    },
    [
      {
        kql: "format_datetime(datetime(2020-06-15 13:45:09.1234567), 'yyyy-MM-dd HH:mm:ss.fffffff')",
        result: '2020-06-15 13:45:09.1234567',
      },
      {
        kql: "format_datetime(datetime(2020-06-15 13:45:09), 'M/d/yyyy h:mm:ss tt')",
        result: '6/15/2020 1:45:09 PM',
      },
      { kql: "format_datetime(datetime(2007-03-09 00:30:00), 'hh:mm tt')", result: '12:30 AM' },
      { kql: "format_datetime(datetime(2020-06-15 13:45:09.05), 'ss.ff')", result: '09.05' },
      {
        kql: "format_datetime(datetime(2020-06-15 13:45:09.0000007), 'FFFFFFF')",
        result: '0000007',
      },
      { kql: "format_datetime(datetime(0001-01-01), 'yyyy')", result: '0001' },
    ],
  ),
  scalar(
    'format_timespan',
    {
      sql: (args, context) => formatted('format_timespan', args, context),
      js: { call: ([t, format]) => formatTimespanAs(t as bigint, String(format)) },
    },
    [
      {
        kql: "format_timespan(time(29.09:00:05.12345), 'dd.hh:mm:ss:FF')",
        result: '29.09:00:05:12',
      },
      {
        kql: "format_timespan(time(29.09:00:05.12345), 'ddd.h:mm:ss [fffffff]')",
        result: '029.9:00:05 [1234500]',
      },
      { kql: "format_timespan(-1d - 2h - 30m, 'd.hh:mm:ss')", result: '-1.02:30:00' },
      { kql: "format_timespan(25h + 61m, 'h:m')", result: '2:1' },
    ],
  ),
];
