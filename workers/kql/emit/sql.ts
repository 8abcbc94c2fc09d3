/**
 * Pieces of DuckDB SQL. Text becomes SQL in this file and nowhere else: `sql` takes only other pieces, names
 * go through `id` and values through the literal functions, so user text is never pasted.
 */
export class Sql {
  readonly text: string;
  constructor(text: string, key: symbol) {
    if (key !== KEY)
      throw new TypeError('Sql pieces are made by sql`…`, id() and the literal functions');
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

const KEY = Symbol('sql');
const make = (text: string): Sql => new Sql(text, KEY);

export function sql(strings: TemplateStringsArray, ...pieces: readonly Sql[]): Sql {
  let text = strings[0] ?? '';
  for (let i = 0; i < pieces.length; i++) text += `${pieces[i]?.text}${strings[i + 1]}`;
  return make(text);
}

/** A quoted identifier. */
export function id(name: string): Sql {
  return make(`"${name.replaceAll('"', '""')}"`);
}

/** A string literal; NUL, which DuckDB's parser refuses, is put together with chr(0). */
export function str(value: string): Sql {
  const quoted = `'${value.replaceAll("'", "''")}'`;
  if (!value.includes('\0')) return make(quoted);
  return make(`(${quoted.replaceAll('\0', "' || chr(0) || '")})`);
}

/** A BIGINT literal. */
export function long(value: bigint): Sql {
  // The most negative value has no positive twin to negate, so it is read from text.
  if (value === -9223372036854775808n) return make("'-9223372036854775808'::BIGINT");
  return make(`${value < 0n ? `(${value})` : value}::BIGINT`);
}

/** An INTEGER literal. */
export function int(value: number): Sql {
  if (!Number.isInteger(value)) throw new RangeError(`not an integer: ${value}`);
  return make(`${value < 0 ? `(${value})` : value}::INTEGER`);
}

/** A bare integer where SQL wants a constant (LIMIT, list positions). */
export function count(value: number | bigint): Sql {
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new RangeError(`not an integer: ${value}`);
  return make(value.toString());
}

/** A DOUBLE literal that reads back as the same 64 bits. */
export function real(value: number): Sql {
  if (Number.isNaN(value)) return make("'nan'::DOUBLE");
  if (!Number.isFinite(value)) return make(`'${value > 0 ? 'inf' : '-inf'}'::DOUBLE`);
  if (Object.is(value, -0)) return make('(-0.0)::DOUBLE');
  return make(`'${value}'::DOUBLE`);
}

export function bool(value: boolean): Sql {
  return make(value ? 'true' : 'false');
}

export const NULL = make('NULL');

export function join(pieces: readonly Sql[], separator = ', '): Sql {
  return make(pieces.map((p) => p.text).join(separator));
}

/** A call of one of DuckDB's functions or of a function that the engine registers; `name` is ours, not the user's. */
/** A SELECT list; SQL has none without columns. */
export function list(pieces: readonly Sql[]): Sql {
  return pieces.length > 0 ? join(pieces) : make('1 AS "·"');
}

export function call(name: string, ...args: readonly Sql[]): Sql {
  if (!/^[a-z_][a-z0-9_]*$/i.test(name)) throw new TypeError(`not a function name: ${name}`);
  return make(`${name}(${args.map((a) => a.text).join(', ')})`);
}

/**
 * SQL that another room has put together and quoted itself (a scan of a snapshot), or a type's name from our own
 * table. Nothing that a user typed goes through here.
 */
export function trusted(text: string): Sql {
  return make(text);
}
