import type { Column, KqlType } from '../../../../common/types/kql-type.ts';

/** The type of a column in a table that we make, and of its value in the rows' JSON. */
const TYPES: Readonly<Record<KqlType, string>> = {
  bool: 'boolean',
  datetime: 'timestamptz',
  decimal: 'numeric',
  dynamic: 'jsonb',
  guid: 'uuid',
  int: 'integer',
  long: 'bigint',
  real: 'double precision',
  string: 'text',
  timespan: 'interval',
};

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const columnDefinitions = (columns: readonly Column[]): string =>
  columns.map(({ name, type }) => `${quoted(name)} ${TYPES[type]}`).join(', ');

/** A row of the JSON array $1; a timespan comes as text and is made an interval by `values`. */
export const recordDefinition = (columns: readonly Column[]): string =>
  columns
    .map(({ name, type }) => `${quoted(name)} ${type === 'timespan' ? 'text' : TYPES[type]}`)
    .join(', ');

/** The values of a row: `1.02:03:04.5` is a day and two hours, which PostgreSQL writes as `1 02:03:04.5`. */
export const values = (columns: readonly Column[]): string =>
  columns
    .map(({ name, type }) =>
      type === 'timespan'
        ? String.raw`regexp_replace(${quoted(name)}, '^(-?)(\d+)\.(\d+:)', '\1\2 days \1\3')::interval`
        : quoted(name),
    )
    .join(', ');
