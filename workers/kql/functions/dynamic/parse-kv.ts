import { type Dynamic, type FunctionEntry, scalar } from '../define.ts';
import { type Bag, isArray, isBag, member, setKey } from '../value/dynamic.ts';

interface Options {
  readonly pair: string;
  readonly kv: string;
  readonly quotes: readonly string[];
  readonly escape: string;
  readonly greedy: boolean;
  readonly regex: string;
}

const text = (bag: Bag, key: string): string => {
  const value = member(bag, key);
  return typeof value === 'string' ? value : '';
};

function optionsOf(bag: Bag): Options {
  return {
    pair: text(bag, 'pair_delimiter'),
    kv: text(bag, 'kv_delimiter'),
    quotes: [...text(bag, 'quote')],
    escape: text(bag, 'escape'),
    greedy: member(bag, 'greedy') === true,
    regex: text(bag, 'regex'),
  };
}

/** The text of a quoted value from its opening quote on, and where it ends. */
function quoted(
  input: string,
  from: number,
  options: Options,
): { value: string; end: number } | undefined {
  const open = options.quotes[0];
  const close = options.quotes[1] ?? open;
  if (open === undefined || close === undefined || input[from] !== open) return undefined;
  let value = '';
  for (let i = from + 1; i < input.length; i++) {
    if (options.escape !== '' && input[i] === options.escape) {
      value += input[++i] ?? '';
      continue;
    }
    if (input[i] === close) return { value, end: i + 1 };
    value += input[i];
  }
  return { value, end: input.length };
}

/** The first place from `from` on that holds no blank; the end of the text is one too. */
function afterBlanks(input: string, from: number, options: Options): number {
  let at = from;
  while (
    /\s/.test(input[at] ?? '') &&
    (options.pair.trim() === '' || !input.startsWith(options.pair, at))
  )
    at++;
  return at;
}

/** Pairs at the delimiters; what stands in quotes keeps them (page "parse-kv operator"). */
function pairs(input: string, options: Options, wanted: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  if (options.kv === '') return found;
  const set = (key: string, value: string): void => {
    const name = key.trim();
    if (wanted.has(name) && !found.has(name)) found.set(name, value);
  };
  let at = 0;
  while (at < input.length) {
    const eq = input.indexOf(options.kv, at);
    if (eq < 0) break;
    let keyStart = at;
    // Blanks around key and value belong to neither, even where a blank parts the pairs.
    const keyEnd = at + input.slice(at, eq).trimEnd().length;
    if (options.pair !== '') {
      const last = keyEnd > at ? input.lastIndexOf(options.pair, keyEnd - 1) : -1;
      if (last >= at) keyStart = last + options.pair.length;
    } else {
      const key = /[^\s,;|&]+\s*$/.exec(input.slice(at, eq));
      keyStart = key ? at + key.index : at;
    }
    const openQuote = options.quotes[0];
    let key = input.slice(keyStart, eq);
    if (openQuote && key.trim().startsWith(openQuote))
      key = quoted(key.trim(), 0, options)?.value ?? key;
    const start = afterBlanks(input, eq + options.kv.length, options);
    const inQuotes = quoted(input, start, options);
    if (inQuotes) {
      set(key, inQuotes.value);
      at = inQuotes.end;
      continue;
    }
    let end = options.pair === '' ? input.length : input.indexOf(options.pair, start);
    if (end < 0) end = input.length;
    if (options.greedy) {
      // The value goes on until the next pair begins.
      const next = input.indexOf(options.kv, start);
      if (next < 0) end = input.length;
      else {
        const before = options.pair === '' ? -1 : input.lastIndexOf(options.pair, next - 1);
        end = before >= start ? before : next;
      }
    }
    set(key, input.slice(start, end).trim());
    at = end + (options.greedy || options.pair === '' ? 0 : options.pair.length);
    if (at === end && options.pair !== '') at = end;
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
          } else
            for (const [key, value] of pairs(String(input), options, wanted))
              setKey(bag, key, value);
          return bag;
        },
      },
    },
    [],
  ),
];
