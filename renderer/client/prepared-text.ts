import { AppError, type Span, spanOf } from '../../common/errors/app-error.ts';

export type ClientParameters = Readonly<Record<string, string>>;

/** A text as it is sent, where the person's own has parameters in it or says where it belongs. */
export interface PreparedText {
  readonly text: string;
  /** What `#connect` in its first lines names. */
  readonly connect: { readonly cluster: string; readonly database: string } | undefined;
  /** The place in the person's text that a place in the sent one comes from. */
  readonly back: (span: Span) => Span;
}

const PARAMETER = /\{([A-Za-z_]\w*)\}/g;
const CONNECT = /^([ \t]*)#connect\b([^\n]*)/gm;

/** Names that stand in braces in a text, each once. */
export const parameterNames = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(PARAMETER)].map((match) => match[1] ?? '')),
];

/**
 * Puts the values of client parameters (`{name}`, everywhere in the text, as in Kusto.Explorer) in their places;
 * braces with a name that has no value stay. `#connect` lines become comments of the same length.
 */
export function prepareText(given: string, parameters: ClientParameters): PreparedText {
  let connect: PreparedText['connect'];
  const text = given.replace(CONNECT, (_line, indent: string, target: string) => {
    connect = targetOf(target);
    return `${indent}//onnect${target}`;
  });
  /** Where each value begins in the result, and how much longer it is than its name in braces. */
  const moves: { readonly at: number; readonly was: number; readonly is: number }[] = [];
  let shift = 0;
  const sent = text.replace(PARAMETER, (whole, name: string, offset: number) => {
    if (!Object.hasOwn(parameters, name)) return whole;
    const value = parameters[name] ?? '';
    moves.push({ at: offset + shift, was: whole.length, is: value.length });
    shift += value.length - whole.length;
    return value;
  });
  const place = (offset: number): number => {
    let moved = 0;
    for (const { at, was, is } of moves) {
      if (offset < at) break;
      // Inside of a value: the name in braces is what the person sees.
      if (offset < at + is) return at - moved;
      moved += is - was;
    }
    return offset - moved;
  };
  return {
    text: sent,
    connect,
    back: ({ start, length }) => {
      const from = place(start);
      const inside = moves.find(({ at, is }) => start >= at && start < at + is);
      return spanOf(given, from, Math.max(inside?.was ?? 0, place(start + length) - from));
    },
  };
}

/** The same error, at its place in the person's own text. */
export function moveBack(error: AppError, { back }: PreparedText): AppError {
  if (!error.span) return error;
  return new AppError(error.kind, error.code, error.message, {
    span: back(error.span),
    hints: error.hints,
    details: error.details,
    cause: error.cause,
  });
}

/** `cluster('c').database('d')`, `database('d')`, `@'c/d'`, `"@c/d"`. */
function targetOf(text: string): PreparedText['connect'] {
  const named = (what: string): string | undefined =>
    new RegExp(`\\b${what}\\s*\\(\\s*@?(['"])(.*?)\\1`, 'i').exec(text)?.[2];
  const short = /@?["']?@?([^\s"'/()]+)\/([^\s"'()]+)/.exec(text);
  const database = named('database') ?? short?.[2];
  if (database === undefined) return undefined;
  return { cluster: named('cluster') ?? short?.[1] ?? '', database };
}
