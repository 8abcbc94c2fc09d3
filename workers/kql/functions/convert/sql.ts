import type { KqlType } from '../../../../common/types/kql-type.ts';
import { long, real, type Sql, sql, str } from '../../emit/sql.ts';
import type { CallContext, SqlArg } from '../define.ts';
import { scalarText } from '../value/path.ts';
import { datetimeInRange, datetimeText, ticksOfTimestamp, timespanText } from '../value/sql.ts';

const js = (name: string, arg: SqlArg, context: CallContext, returns: KqlType): Sql =>
  context.js(name, [{ sql: arg.sql, type: arg.type }], returns);

/** `tostring`. */
export function textSql(arg: SqlArg): Sql {
  const x = arg.sql;
  switch (arg.type) {
    case 'string':
      return x;
    case 'bool':
      return sql`CASE WHEN ${x} THEN 'True' WHEN NOT ${x} THEN 'False' ELSE '' END`;
    case 'real':
      // DuckDB writes 1e+16 for its own text, but the service's form in JSON.
      return sql`coalesce(CAST(to_json(${x}) AS VARCHAR), '')`;
    case 'decimal':
      return sql`coalesce(rtrim(rtrim(CAST(${x} AS VARCHAR), '0'), '.'), '')`;
    case 'datetime':
      return datetimeText(x);
    case 'timespan':
      return timespanText(x);
    case 'dynamic':
      return sql`coalesce(${scalarText(x)}, '')`;
    default:
      return sql`coalesce(CAST(${x} AS VARCHAR), '')`;
  }
}

/** Only digits, signs and blanks: DuckDB's own cast would also take `1.5`, `1e3` and `1_000`. */
const plainInteger = (x: Sql): Sql => sql`NOT regexp_matches(${x}, ${str('[^-+0-9 \\t\\r\\n]')})`;

const longOfReal = (x: Sql): Sql =>
  sql`CASE WHEN NOT isfinite(${x}) THEN NULL WHEN ${x} >= ${real(2 ** 63)} THEN ${long(2n ** 63n - 1n)} WHEN ${x} <= ${real(-(2 ** 63))} THEN ${long(-(2n ** 63n))} ELSE CAST(trunc(${x}) AS BIGINT) END`;

const intOfReal = (x: Sql): Sql =>
  sql`CASE WHEN isfinite(${x}) THEN CAST(trunc(least(greatest(${x}, ${real(-2147483648)}), ${real(2147483647)})) AS INTEGER) END`;

const wrapInt = (x: Sql): Sql =>
  sql`CASE WHEN ${x} BETWEEN -2147483648 AND 2147483647 THEN CAST(${x} AS INTEGER) ELSE CAST(((${x} & 4294967295) + 2147483648) % 4294967296 - 2147483648 AS INTEGER) END`;

const wholeOfDecimal = (x: Sql): Sql => sql`TRY_CAST(trunc(${x}) AS BIGINT)`;

/** `tolong`. */
export function longSql(arg: SqlArg, context: CallContext): Sql | undefined {
  const x = arg.sql;
  switch (arg.type) {
    case 'long':
      return x;
    case 'int':
    case 'bool':
    case 'datetime':
    case 'timespan':
      return sql`CAST(${x} AS BIGINT)`;
    case 'real':
      return longOfReal(x);
    case 'decimal':
      return wholeOfDecimal(x);
    case 'string':
    case 'dynamic':
      return sql`CASE WHEN ${plainInteger(x)} THEN TRY_CAST(${x} AS BIGINT) ELSE ${js('tolong', arg, context, 'long')} END`;
    default:
      return undefined;
  }
}

/** `toint`: a real is cut and clamped, a long loses its upper 32 bits, a text out of range is null. */
export function intSql(arg: SqlArg, context: CallContext): Sql | undefined {
  const x = arg.sql;
  switch (arg.type) {
    case 'int':
      return x;
    case 'bool':
      return sql`CAST(${x} AS INTEGER)`;
    case 'long':
    case 'datetime':
    case 'timespan':
      return wrapInt(x);
    case 'real':
      return intOfReal(x);
    case 'decimal':
      return wrapInt(wholeOfDecimal(x));
    case 'string':
      return sql`CASE WHEN ${plainInteger(x)} THEN TRY_CAST(${x} AS INTEGER) ELSE ${js('toint', arg, context, 'int')} END`;
    case 'dynamic':
      return sql`CASE WHEN ${plainInteger(x)} AND length(${x}) < 10 THEN TRY_CAST(${x} AS INTEGER) ELSE ${js('toint', arg, context, 'int')} END`;
    default:
      return undefined;
  }
}

/** `toreal`. */
export function realSql(arg: SqlArg, context: CallContext): Sql | undefined {
  const x = arg.sql;
  switch (arg.type) {
    case 'real':
      return x;
    case 'int':
    case 'long':
    case 'datetime':
    case 'timespan':
    case 'decimal':
      return sql`CAST(${x} AS DOUBLE)`;
    case 'bool':
      return sql`CAST(CAST(${x} AS INTEGER) AS DOUBLE)`;
    case 'string':
    case 'dynamic':
      return sql`CASE WHEN NOT regexp_matches(${x}, ${str('[^-+0-9.eE \\t\\r\\n]')}) THEN TRY_CAST(${x} AS DOUBLE) ELSE ${js('toreal', arg, context, 'real')} END`;
    default:
      return undefined;
  }
}

/** `tobool`. */
export function boolSql(arg: SqlArg, context: CallContext): Sql | undefined {
  const x = arg.sql;
  switch (arg.type) {
    case 'bool':
      return x;
    case 'int':
    case 'long':
    case 'real':
    case 'decimal':
    case 'datetime':
    case 'timespan':
      return sql`(${x} <> 0)`;
    case 'string':
    case 'dynamic':
      return sql`CASE lower(${x}) WHEN 'true' THEN true WHEN 'false' THEN false ELSE ${js('tobool', arg, context, 'bool')} END`;
    default:
      return undefined;
  }
}

/** `todecimal`. */
export function decimalSql(arg: SqlArg): Sql | undefined {
  const x = arg.sql;
  switch (arg.type) {
    case 'decimal':
      return x;
    case 'int':
    case 'long':
    case 'datetime':
    case 'timespan':
      return sql`TRY_CAST(${x} AS DECIMAL(38, 18))`;
    case 'real':
      // By way of the shortest text: todecimal(0.1) is 0.1, not the double's exact value.
      // Exponents that leave nothing of the digits are read wrongly by DuckDB.
      return sql`CASE WHEN abs(${x}) < 1e-19 THEN 0 ELSE TRY_CAST(CAST(${x} AS VARCHAR) AS DECIMAL(38, 18)) END`;
    default:
      return undefined;
  }
}

const ISO = String.raw`^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?Z?)?$`;

/** `todatetime`. */
export function datetimeSql(arg: SqlArg, context: CallContext): Sql | undefined {
  const x = arg.sql;
  switch (arg.type) {
    case 'datetime':
      return x;
    case 'int':
    case 'long':
    case 'timespan':
      return datetimeInRange(sql`CAST(${x} AS BIGINT)`);
    case 'real':
      return datetimeInRange(longOfReal(x));
    case 'string':
      return sql`CASE WHEN regexp_matches(${x}, ${str(ISO)}) AND TRY_CAST(${x} AS TIMESTAMP) IS NOT NULL THEN ${ticksOfTimestamp(sql`TRY_CAST(${x} AS TIMESTAMP)`)} ELSE ${js('todatetime', arg, context, 'datetime')} END`;
    default:
      return undefined;
  }
}

/** `totimespan`. */
export function timespanSql(arg: SqlArg): Sql | undefined {
  const x = arg.sql;
  switch (arg.type) {
    case 'timespan':
      return x;
    case 'int':
    case 'long':
    case 'datetime':
      return sql`CAST(${x} AS BIGINT)`;
    case 'real':
      return longOfReal(x);
    default:
      return undefined;
  }
}

/** `toguid`. */
export function guidSql(arg: SqlArg): Sql | undefined {
  if (arg.type === 'guid') return arg.sql;
  if (arg.type === 'string') return sql`TRY_CAST(${arg.sql} AS UUID)`;
  if (arg.type === 'dynamic') return sql`TRY_CAST(${scalarText(arg.sql)} AS UUID)`;
  return undefined;
}

/** `todynamic` and `parse_json`: JSON text in its compact form; what is not JSON becomes a dynamic string. */
export function dynamicSql(arg: SqlArg, context: CallContext): Sql {
  const x = arg.sql;
  switch (arg.type) {
    case 'dynamic':
      return x;
    case 'string':
      return sql`CASE WHEN json_valid(${x}) THEN nullif(CAST(json(${x}) AS VARCHAR), 'null') WHEN ${x} <> '' THEN CAST(to_json(${x}) AS VARCHAR) END`;
    case 'bool':
    case 'int':
    case 'long':
      return sql`CAST(to_json(${x}) AS VARCHAR)`;
    case 'real':
      return sql`CASE WHEN isfinite(${x}) THEN CAST(to_json(${x}) AS VARCHAR) ELSE '"' || CAST(to_json(${x}) AS VARCHAR) || '"' END`;
    default:
      return sql`CAST(to_json(nullif(${context.convert(arg, 'string')}, '')) AS VARCHAR)`;
  }
}
