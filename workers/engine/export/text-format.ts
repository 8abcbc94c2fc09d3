import type { Column } from '../../../common/types/kql-type.ts';
import type { Sql } from '../../kql/emit/sql.ts';

/** A format whose every row is a piece of text that SQL can put together. */
export interface TextFormat {
  /** Text before the first row. */
  readonly head: (columns: readonly Column[], options: TextOptions) => string;
  /** A row as an SQL expression of type VARCHAR, never NULL; cells stand in the columns' order. */
  readonly row: (columns: readonly Column[], cells: readonly Sql[]) => Sql;
  /** Text between two rows. */
  readonly separator: string;
  /** Text after the last row. */
  readonly foot: (rows: number) => string;
}

export interface TextOptions {
  /** Names of the columns in front, where the format can do without. */
  readonly headers: boolean;
  /** A file of its own, not a piece for the clipboard. */
  readonly file: boolean;
}
