/** The properties of `render … with (…)` (page "render operator"), read. Unset ones are absent. */
export interface ChartProperties {
  readonly title?: string;
  readonly xtitle?: string;
  readonly ytitle?: string;
  readonly xaxis?: 'linear' | 'log';
  readonly yaxis?: 'linear' | 'log';
  readonly legend?: 'visible' | 'hidden';
  readonly series?: readonly string[];
  readonly xcolumn?: string;
  readonly ycolumns?: readonly string[];
  readonly anomalycolumns?: readonly string[];
  readonly ymin?: number;
  readonly ymax?: number;
  readonly accumulate?: boolean;
  readonly kind?: string;
  readonly ysplit?: 'none' | 'axes' | 'panels';
  /** Lines across the chart; ours alone, set by hand: `10, 20` and `2024-01-01`. */
  readonly ylines?: readonly number[];
  readonly xlines?: readonly string[];
}

function choice<const T extends string>(
  value: string | undefined,
  choices: readonly T[],
): T | undefined {
  const low = value?.trim().toLowerCase();
  return choices.find((c) => c === low);
}

/** Names between commas; a name may stand in `['…']`, `["…"]` or quotes. */
export function nameList(text: string | undefined): readonly string[] | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  return text
    .split(',')
    .map((name) =>
      name
        .trim()
        .replace(/^\[(.*)\]$/, '$1')
        .replace(/^(['"])(.*)\1$/, '$2'),
    )
    .filter((name) => name !== '');
}

function number(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

const given = <T extends object>(record: T): T =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;

/** Reads properties as the service reports them; names in any case, values that mean nothing are left out. */
export function readProperties(raw: Readonly<Record<string, string>>): ChartProperties {
  const low = Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [key.toLowerCase(), value]),
  );
  const text = (key: string): string | undefined => (low[key] ? low[key] : undefined);
  const accumulate = choice(low.accumulate, ['true', 'false']);
  return given({
    title: text('title'),
    xtitle: text('xtitle'),
    ytitle: text('ytitle'),
    xaxis: choice(low.xaxis, ['linear', 'log']),
    yaxis: choice(low.yaxis, ['linear', 'log']),
    legend: choice(low.legend, ['visible', 'hidden']),
    series: nameList(low.series),
    xcolumn: nameList(low.xcolumn)?.[0],
    ycolumns: nameList(low.ycolumns),
    anomalycolumns: nameList(low.anomalycolumns),
    ymin: number(low.ymin),
    ymax: number(low.ymax),
    accumulate: accumulate === undefined ? undefined : accumulate === 'true',
    kind: text('kind')?.toLowerCase(),
    ysplit: choice(low.ysplit, ['none', 'axes', 'panels']),
    ylines: nameList(low.ylines)
      ?.map(Number)
      .filter((value) => Number.isFinite(value)),
    xlines: nameList(low.xlines),
  }) as ChartProperties;
}
