import { type Sql, sql, str } from '../../emit/sql.ts';

/** Where in a document a piece of SQL looks: `d.a[0]` is one look-up of `$."a"[0]` in `d`. */
interface Place {
  readonly document: Sql;
  readonly path: string;
}

const places = new WeakMap<Sql, Place>();

function piece(place: Place): Sql {
  const found = sql`nullif(CAST(json_extract(${place.document}, ${str(place.path)}) AS VARCHAR), 'null')`;
  places.set(found, place);
  return found;
}

const placeOf = (dynamic: Sql): Place => places.get(dynamic) ?? { document: dynamic, path: '$' };

/** A key of a bag. Paths of constant keys and positions join into one look-up. */
export function keyPath(dynamic: Sql, key: string): Sql | undefined {
  // DuckDB's paths know no empty key and no escape for a quote, and read `*` as a wildcard.
  if (key === '' || /["*]/.test(key)) return undefined;
  const { document, path } = placeOf(dynamic);
  return piece({ document, path: `${path}."${key}"` });
}

/** A position in an array; a negative one counts from the end. */
export function indexPath(dynamic: Sql, index: bigint): Sql {
  const { document, path } = placeOf(dynamic);
  return piece({ document, path: `${path}[${index < 0n ? `#${index}` : index}]` });
}

/** Text of a dynamic: a string without its quotes, other values as JSON, SQL NULL for null. */
export function scalarText(dynamic: Sql): Sql {
  const { document, path } = placeOf(dynamic);
  return sql`json_extract_string(${document}, ${str(path)})`;
}
