import type { FluentIcon } from '@fluentui/react-icons';
import type { StreamFormat, StreamSource } from '../../../../common/contract/stream.ts';
import type { Column } from '../../../../common/types/kql-type.ts';

/** What was typed into the fields of a form, by their ids. A switch that is on holds `on`. */
export type Values = Readonly<Record<string, string>>;

/** One field of a source's form. */
export interface Field {
  readonly id: string;
  readonly label: string;
  readonly kind: 'text' | 'number' | 'lines' | 'secret' | 'choice' | 'switch' | 'file' | 'folder';
  readonly hint?: string;
  readonly placeholder?: string;
  /** What it holds at the beginning; a choice without it begins with its first option. */
  readonly fallback?: string;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly required?: boolean | ((values: Values) => boolean);
  /** Stands under "More settings". */
  readonly advanced?: boolean;
  /** Whether the field means something now. */
  readonly when?: (values: Values) => boolean;
  /** What is wrong with it, and what would be right; undefined if nothing is. */
  readonly check?: (value: string, values: Values) => string | undefined;
}

/** A kind of source: one file in this folder, one line in `index.ts`. */
export interface SourceKind {
  /** Two entries may make the same kind of source. */
  readonly id: string;
  readonly kind: StreamSource['kind'];
  readonly label: string;
  readonly Icon: FluentIcon;
  /** One sentence above the form: what it reads, and what it leaves alone. */
  readonly about: string;
  readonly fields: readonly Field[];
  /** The source that the fields tell of. Called when no field has a problem. */
  source(values: Values): StreamSource;
  /** A source that shows everything there is, before something was chosen; absent: nothing to choose from. */
  readonly browse?: {
    /** Id of the field that takes the names of what is chosen, one per line. */
    readonly field: string;
    /** What is listed, in the plural. */
    readonly what: string;
    source(values: Values): StreamSource;
  };
  /** Formats of its records, the likeliest first; one alone is no choice. */
  readonly formats: readonly StreamFormat[];
  readonly starts: readonly ('earliest' | 'latest' | 'time')[];
  /** What records say of themselves and can be a column. */
  readonly properties: readonly (Column & { readonly path: string })[];
  /** Whether its last records can be looked at without taking them in; else its columns are known or to be given. */
  readonly peeks: boolean;
  /** Names for the stream and its table. */
  suggest(values: Values): string;
}

export const isOn = (values: Values, id: string): boolean => values[id] === 'on';

/** Lines or comma-separated names, without blanks. */
export const namesOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split(/[\n,]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** A property that is only there if the text is not empty. */
export function given<const N extends string>(
  name: N,
  text: string | undefined,
): { readonly [P in N]?: string } {
  const trimmed = text?.trim() ?? '';
  return (trimmed === '' ? {} : { [name]: trimmed }) as { readonly [P in N]?: string };
}

export const isRequired = (field: Field, values: Values): boolean =>
  typeof field.required === 'function' ? field.required(values) : (field.required ?? false);

/** A number, or nothing where the field is empty. */
export function number<const N extends string>(
  name: N,
  text: string | undefined,
): { readonly [P in N]?: number } {
  const trimmed = text?.trim() ?? '';
  return (trimmed === '' ? {} : { [name]: Number(trimmed) }) as { readonly [P in N]?: number };
}

/** Checks a whole number within bounds. */
export const whole =
  (least: number, most: number) =>
  (text: string): string | undefined => {
    const value = Number(text);
    return Number.isInteger(value) && value >= least && value <= most
      ? undefined
      : `A whole number from ${least} to ${most}.`;
  };

/** What is said under each field that holds a secret. */
export const SECRET_HINT =
  'Kept encrypted by the host; it is never shown again and never exported.';
