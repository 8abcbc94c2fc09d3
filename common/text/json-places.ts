/** A step into a JSON value: a member's name or an item's number. */
export type JsonPath = readonly (string | number)[];

export interface JsonPlace {
  readonly start: number;
  readonly length: number;
}

/** JSON text as its value, and where each part of it stands. */
export interface JsonText {
  readonly value: unknown;
  /** Where the value of a path stands; of the nearest part around it where there is no such value. */
  placeOf(path: JsonPath): JsonPlace;
}

/** Text that is no JSON (RFC 8259): what was expected, and where. */
export class JsonProblem extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const BLANK = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const WORD = /true|false|null/y;
const DEEPEST = 200;

/** Reads JSON text; a name that comes twice is a problem, as one of the two would be lost unseen. */
export function readJson(text: string): JsonText {
  const reader = new Reader(text);
  const value = reader.value([]);
  reader.blank();
  if (reader.at < text.length) throw reader.problem('the end of the JSON text');
  return { value, placeOf: (path) => reader.placeOf(path) };
}

const keyOf = (path: JsonPath): string => JSON.stringify(path);

class Reader {
  readonly #text: string;
  readonly #places = new Map<string, JsonPlace>();
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  placeOf(path: JsonPath): JsonPlace {
    for (let length = path.length; length >= 0; length--) {
      const found = this.#places.get(keyOf(path.slice(0, length)));
      if (found) return found;
    }
    return { start: 0, length: this.#text.length };
  }

  problem(expected: string, at = this.at): JsonProblem {
    const [found = ''] = /^(?:[\p{L}\p{N}_.+-]+|.)/u.exec(this.#text.slice(at)) ?? [];
    const there = found === '' ? 'the text ends' : `there is ${JSON.stringify(found)}`;
    return new JsonProblem(`${expected} is expected, and ${there}`, at);
  }

  blank(): void {
    this.#match(BLANK);
  }

  value(path: JsonPath): unknown {
    this.blank();
    const start = this.at;
    if (path.length > DEEPEST) throw this.problem('less depth');
    const value = this.#bare(path);
    this.#places.set(keyOf(path), { start, length: this.at - start });
    return value;
  }

  #bare(path: JsonPath): unknown {
    switch (this.#text[this.at]) {
      case '{':
        return this.#object(path);
      case '[':
        return this.#array(path);
      case '"':
        return this.#string();
    }
    const text = this.#match(NUMBER) ?? this.#match(WORD);
    if (text === undefined) throw this.problem('a value');
    return JSON.parse(text) as unknown;
  }

  #object(path: JsonPath): Record<string, unknown> {
    const members: [string, unknown][] = [];
    const names = new Set<string>();
    this.#sign('{');
    if (this.#sign('}')) return {};
    do {
      this.blank();
      const { at } = this;
      const name = this.#string();
      if (names.has(name))
        throw new JsonProblem(`the name ${JSON.stringify(name)} comes twice`, at);
      names.add(name);
      if (!this.#sign(':')) throw this.problem('a colon');
      members.push([name, this.value([...path, name])]);
    } while (this.#sign(','));
    if (!this.#sign('}')) throw this.problem('a comma or a closing brace');
    return Object.fromEntries(members);
  }

  #array(path: JsonPath): unknown[] {
    const items: unknown[] = [];
    this.#sign('[');
    if (this.#sign(']')) return items;
    do items.push(this.value([...path, items.length]));
    while (this.#sign(','));
    if (!this.#sign(']')) throw this.problem('a comma or a closing bracket');
    return items;
  }

  #string(): string {
    const text = this.#match(STRING);
    if (text === undefined) throw this.problem('a text in double quotes');
    return JSON.parse(text) as string;
  }

  #sign(sign: string): boolean {
    this.blank();
    if (this.#text[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.at = pattern.lastIndex;
    return found;
  }
}
