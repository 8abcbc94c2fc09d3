/** A way to write dates that is not ISO 8601, as strptime says it. */
interface DateForm {
  readonly format: string;
  readonly pattern: RegExp;
  /** The same with day and month exchanged; only a value above 12 tells them apart. */
  readonly swapped?: string;
}

const D = String.raw`(\d{1,2})`;
const CLOCKS: readonly (readonly [string, string])[] = [
  ['', ''],
  [' %H:%M', String.raw` \d{1,2}:\d{2}`],
  [' %H:%M:%S', String.raw` \d{1,2}:\d{2}:\d{2}`],
  [' %H:%M:%S.%g', String.raw` \d{1,2}:\d{2}:\d{2}\.\d{3}`],
  [' %I:%M %p', String.raw` \d{1,2}:\d{2} [AaPp][Mm]`],
  [' %I:%M:%S %p', String.raw` \d{1,2}:\d{2}:\d{2} [AaPp][Mm]`],
];

const NUMERIC: readonly DateForm[] = ['/', '-', '.'].flatMap((separator) =>
  CLOCKS.flatMap(([clock, pattern]) => {
    const s = separator === '.' ? '\\.' : separator;
    const monthFirst = `%m${separator}%d${separator}%Y${clock}`;
    const dayFirst = `%d${separator}%m${separator}%Y${clock}`;
    const regexp = new RegExp(`^${D}${s}${D}${s}\\d{4}${pattern}$`);
    // With points the day comes first everywhere; otherwise the month unless a value says no.
    return separator === '.'
      ? [{ format: dayFirst, pattern: regexp }]
      : [{ format: monthFirst, pattern: regexp, swapped: dayFirst }];
  }),
);

const NAMED: readonly DateForm[] = [
  {
    format: '%d/%b/%Y:%H:%M:%S %z',
    pattern: /^\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}$/,
  },
  {
    format: '%a, %d %b %Y %H:%M:%S GMT',
    pattern: /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  },
  ...CLOCKS.flatMap(([clock, pattern]): DateForm[] => [
    {
      format: `%d-%b-%Y${clock}`,
      pattern: new RegExp(`^\\d{1,2}-[A-Z][a-z]{2}-\\d{4}${pattern}$`),
    },
    {
      format: `%d %b %Y${clock}`,
      pattern: new RegExp(`^\\d{1,2} [A-Z][a-z]{2} \\d{4}${pattern}$`),
    },
    {
      format: `%b %d, %Y${clock}`,
      pattern: new RegExp(`^[A-Z][a-z]{2} \\d{1,2}, \\d{4}${pattern}$`),
    },
    {
      format: `%B %d, %Y${clock}`,
      pattern: new RegExp(`^[A-Z][a-z]{3,8} \\d{1,2}, \\d{4}${pattern}$`),
    },
  ]),
];

export interface FoundDateForm {
  readonly format: string;
  /** No value told day and month apart. */
  readonly ambiguous: boolean;
}

/** The one form that all texts have, or undefined. `texts` are not empty. */
export function findDateForm(texts: readonly string[]): FoundDateForm | undefined {
  const [first] = texts;
  if (first === undefined) return undefined;
  for (const form of [...NUMERIC, ...NAMED]) {
    if (!form.pattern.test(first.trim())) continue;
    if (!texts.every((text) => form.pattern.test(text.trim()))) continue;
    return form.swapped === undefined
      ? { format: form.format, ambiguous: false }
      : resolveOrder(texts, form, form.swapped);
  }
  return undefined;
}

function resolveOrder(
  texts: readonly string[],
  form: DateForm,
  swapped: string,
): FoundDateForm | undefined {
  let firstAbove = false;
  let secondAbove = false;
  for (const text of texts) {
    const parts = form.pattern.exec(text.trim());
    if (Number(parts?.[1]) > 12) firstAbove = true;
    if (Number(parts?.[2]) > 12) secondAbove = true;
  }
  if (firstAbove && secondAbove) return undefined;
  if (firstAbove) return { format: swapped, ambiguous: false };
  return { format: form.format, ambiguous: !secondAbove };
}
