import { type Dynamic, type FunctionEntry, scalar } from '../define.ts';
import { type Bag, isArray, isBag, member, setKey } from '../value/dynamic.ts';

/** The opening and the closing character; both the same where one was given. */
type Quotes = readonly [open: string, close: string];

interface Options {
  readonly pair: string;
  readonly kv: string;
  readonly quotes: readonly Quotes[];
  readonly escapes: readonly string[];
  readonly greedy: boolean;
  readonly regex: string;
}

const text = (bag: Bag, key: string): string => {
  const value = member(bag, key);
  return typeof value === 'string' ? value : '';
};

const texts = (bag: Bag, key: string): string[] => {
  const value = member(bag, key);
  return isArray(value) ? value.map(String).filter((part) => part !== '') : [];
};

function optionsOf(bag: Bag): Options {
  return {
    pair: text(bag, 'pair_delimiter'),
    kv: text(bag, 'kv_delimiter'),
    quotes: texts(bag, 'quote').map((quote): Quotes => {
      const [open = '', close = open] = [...quote];
      return [open, close];
    }),
    escapes: texts(bag, 'escape'),
    greedy: member(bag, 'greedy') === true,
    regex: text(bag, 'regex'),
  };
}

/** The text of a quoted key or value from its opening quote on, and where it ends. */
function quoted(
  input: string,
  from: number,
  options: Options,
): { value: string; end: number } | undefined {
  const close = options.quotes.find(([open]) => open === input[from])?.[1];
  if (close === undefined) return undefined;
  let value = '';
  for (let i = from + 1; i < input.length; i++) {
    const char = input[i] ?? '';
    if (options.escapes.includes(char)) {
      value += input[++i] ?? '';
      continue;
    }
    if (char === close) return { value, end: i + 1 };
    value += char;
  }
  return { value, end: input.length };
}

/** The first place from `from` on that holds no blank; the end of the text is one too. */
function afterBlanks(input: string, from: number, pair = ''): number {
  let at = from;
  while (/\s/.test(input[at] ?? '') && (pair.trim() === '' || !input.startsWith(pair, at))) at++;
  return at;
}

interface Key {
  readonly name: string;
  readonly start: number;
  /** Where what follows the key's delimiter begins. */
  readonly end: number;
}

/** The next key from `from` on: what stands between a delimiter of pairs and one of key and value. */
function nextKey(input: string, from: number, options: Options): Key | undefined {
  const { pair, kv } = options;
  let start = from;
  for (let at = from; at < input.length; ) {
    if (input.slice(start, at).trim() === '') {
      const key = quoted(input, at, options);
      const delimiter = key && afterBlanks(input, key.end);
      if (key && delimiter !== undefined && input.startsWith(kv, delimiter))
        return { name: key.value, start: at, end: delimiter + kv.length };
    }
    if (input.startsWith(kv, at))
      return { name: input.slice(start, at).trim(), start, end: at + kv.length };
    // Blanks around a key belong to it nowhere, even where a blank parts the pairs.
    const inside = pair.trim() === '' && input.startsWith(kv, afterBlanks(input, at));
    const parts = pair === '' ? /[\s,;|&]/.test(input[at] ?? '') : input.startsWith(pair, at);
    const step = parts ? pair.length || 1 : 1;
    at += step;
    if (parts && !inside) start = at;
  }
  return undefined;
}

/** Pairs at the delimiters; what stands in quotes keeps them (page "parse-kv operator"). */
function pairs(input: string, options: Options, wanted: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  let key = nextKey(input, 0, options);
  while (key) {
    const start = afterBlanks(input, key.end, options.pair);
    const inQuotes = quoted(input, start, options);
    let end = inQuotes?.end ?? input.length;
    let next: Key | undefined;
    if (!inQuotes && options.greedy) {
      // The value goes on until the next pair begins.
      next = nextKey(input, start, options);
      end = next?.start ?? end;
    } else {
      const delimiter = options.pair === '' || inQuotes ? -1 : input.indexOf(options.pair, start);
      if (delimiter >= 0) end = delimiter;
      next = nextKey(input, end, options);
    }
    const value = inQuotes?.value ?? withoutDelimiter(input.slice(start, end), options.pair);
    if (wanted.has(key.name) && !found.has(key.name)) found.set(key.name, value);
    key = next;
  }
  return found;
}

const withoutDelimiter = (value: string, pair: string): string => {
  const trimmed = value.trim();
  return pair !== '' && trimmed.endsWith(pair) ? trimmed.slice(0, -pair.length).trim() : trimmed;
};

/** Without delimiters each character but letters and digits is one; the word after a key is its value. */
function words(input: string, options: Options, wanted: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  const keys = [...wanted].sort((a, b) => b.length - a.length);
  const isWord = (at: number): boolean => /[\p{L}\p{N}]/u.test(input[at] ?? '');
  const skip = (from: number, word: boolean): number => {
    let at = from;
    while (at < input.length && isWord(at) === word) at++;
    return at;
  };
  const token = (from: number): { value: string; end: number } => {
    let at = from;
    while (at < input.length && !isWord(at)) {
      const inQuotes = quoted(input, at, options);
      if (inQuotes) return inQuotes;
      at++;
    }
    const end = skip(at, true);
    return { value: input.slice(at, end), end };
  };
  for (let at = 0; at < input.length; ) {
    const start = at;
    const named = isWord(at)
      ? keys.find((k) => input.startsWith(k, start) && !isWord(start + k.length))
      : undefined;
    const own = named === undefined && !isWord(at) ? quoted(input, at, options) : undefined;
    const name = named ?? own?.value;
    if (name !== undefined && wanted.has(name)) {
      const value = token(own?.end ?? at + name.length);
      if (!found.has(name)) found.set(name, value.value);
      at = value.end;
    } else at = isWord(at) ? skip(at, true) : at + 1;
  }
  return found;
}

export const parseKv: readonly FunctionEntry[] = [
  /** The reading of the operator parse-kv: (text, options, wanted keys) gives a bag. */
  scalar(
    '__parse_kv',
    {
      js: {
        call: ([input, given, keys]) => {
          if (!isBag(given)) return null;
          const options = optionsOf(given);
          const wanted = new Set(isArray(keys) ? keys.map(String) : []);
          const bag: { [key: string]: Dynamic } = {};
          if (options.regex !== '') {
            const pattern = new RegExp(options.regex, 'gs');
            for (const match of String(input).matchAll(pattern)) {
              const key = match[1] ?? '';
              if (wanted.has(key) && !Object.hasOwn(bag, key)) setKey(bag, key, match[2] ?? '');
            }
          } else {
            const read = options.kv === '' ? words : pairs;
            for (const [key, value] of read(String(input), options, wanted))
              setKey(bag, key, value);
          }
          return bag;
        },
      },
    },
    [],
  ),
];
