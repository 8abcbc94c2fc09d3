import type { CellValue } from '../arrow/result-batch.ts';
import type { KqlType } from '../types/kql-type.ts';
import { plainText } from './format-value.ts';

/** A string literal (page "The string data type"): double quotes, backslash escapes. */
export function stringLiteral(text: string): string {
  const escaped = text.replace(/[\\"\p{Cc}\u2028\u2029]/gu, (c) => {
    switch (c) {
      case '\\':
        return '\\\\';
      case '"':
        return '\\"';
      case '\n':
        return '\\n';
      case '\r':
        return '\\r';
      case '\t':
        return '\\t';
      default:
        return `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
    }
  });
  return `"${escaped}"`;
}

const RESERVED = new Set(
  (
    'and as asc between by contains count datatable declare desc distinct evaluate extend extent false filter find ' +
    'fork from has has_all has_any in invoke join kind let limit lookup materialize nulls of on or order parse ' +
    'partition print project range reduce render restrict sample scan search serialize set sort startswith step ' +
    'summarize table take then to top toscalar true typeof union where with ' +
    'bool boolean date datetime decimal double dynamic guid int int64 long real string time timespan uniqueid uuid'
  ).split(' '),
);

/** A name of a column or table as it is written in a query: bare where it may be, else `["…"]`. */
export function nameReference(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.has(name.toLowerCase())) return name;
  return `[${stringLiteral(name)}]`;
}

/** A literal that reads back as the value, typed null included (page "Scalar data types"). */
export function kqlLiteral(value: CellValue, type: KqlType): string {
  if (value === null) return type === 'string' ? '""' : `${type}(null)`;
  const text = plainText(value, type);
  switch (type) {
    case 'string':
      return stringLiteral(text);
    case 'bool':
    case 'int':
      return text;
    case 'long':
      return text;
    case 'real':
      if (text === 'NaN') return 'real(nan)';
      if (text === 'Infinity') return 'real(+inf)';
      if (text === '-Infinity') return 'real(-inf)';
      return /[.e]/i.test(text) ? text : `${text}.0`;
    case 'datetime':
      return `datetime(${text})`;
    case 'timespan':
      return `timespan(${text})`;
    case 'guid':
      return `guid(${text})`;
    case 'decimal':
      return `decimal(${text})`;
    case 'dynamic':
      return `dynamic(${text})`;
  }
}

/** One condition that keeps the rows whose column holds one of the values. */
export function whereCondition(name: string, type: KqlType, values: readonly CellValue[]): string {
  const column = nameReference(name);
  const isEmpty = (v: CellValue): boolean => v === null || v === '';
  const isNan = (v: CellValue): boolean => typeof v === 'number' && Number.isNaN(v);
  const parts: string[] = [];
  const literals = [
    ...new Set(values.filter((v) => !isEmpty(v) && !isNan(v)).map((v) => kqlLiteral(v, type))),
  ];
  const left = type === 'dynamic' ? `tostring(${column})` : column;
  const right =
    type === 'dynamic'
      ? [...new Set(values.filter((v) => !isEmpty(v)).map((v) => stringLiteral(String(v))))]
      : literals;
  if (right.length === 1) parts.push(`${left} == ${right[0]}`);
  else if (right.length > 1) parts.push(`${left} in (${right.join(', ')})`);
  if (values.some(isEmpty)) parts.push(`${type === 'string' ? 'isempty' : 'isnull'}(${column})`);
  if (values.some(isNan)) parts.push(`isnan(${column})`);
  return parts.length > 1 ? `(${parts.join(' or ')})` : (parts[0] ?? 'true');
}
