import { describe, expect, it } from 'vitest';
import type { CellValue, ResultBatch } from '../../common/arrow/result-batch.ts';
import type { KqlType } from '../../common/types/kql-type.ts';
import { ticksOfUnixMillis } from '../../common/types/ticks.ts';
import { chartDataOf } from './chart-data.ts';
import type { ChartOptions, Figure } from './chart-types.ts';
import { decodeOutline } from './map/outline.ts';
import { nameList, readProperties } from './properties.ts';
import { CHARTS, chartOf } from './registry.ts';

type Columns = readonly (readonly [string, KqlType, readonly CellValue[]])[];

function batchOf(columns: Columns): ResultBatch {
  return {
    rowCount: columns[0]?.[2].length ?? 0,
    columns: columns.map(([name, type]) => ({ name, type })),
    cell: (row, column) => columns[column]?.[2][row] ?? null,
    vector: () => undefined,
  };
}

const THEME = {
  text: '#000000',
  quiet: '#666666',
  grid: '#dddddd',
  background: '#ffffff',
  font: 'sans-serif',
  palette: ['#111111', '#222222', '#333333'],
  onPalette: '#ffffff',
  alert: '#ff0000',
};

/** What `render KIND with (…)` draws for these columns. */
function draw(
  kind: string,
  columns: Columns,
  raw: Record<string, string> = {},
  hidden: string[] = [],
) {
  const definition = chartOf(kind, raw.kind);
  if (!definition) throw new Error(`no chart ${kind}`);
  const batch = batchOf(columns);
  const properties = readProperties(raw);
  const sample = (name: string) =>
    batch.cell(
      0,
      columns.findIndex((c) => c[0] === name),
    );
  const roles = definition.roles(batch.columns, sample, properties);
  const options: ChartOptions = {
    properties,
    theme: THEME,
    hidden: new Set(hidden),
    unified: true,
  };
  const figure: Figure =
    roles.problem === ''
      ? definition.build((definition.data ?? chartDataOf)(batch, roles), options)
      : { traces: [], layout: {}, legend: [], notes: [] };
  return { roles, figure, traces: figure.traces as readonly Record<string, unknown>[] };
}

/** The numbers of a trace; throws when there are none. */
const listOf = (values: unknown): number[] => [...(values as Float64Array)];

const day = (n: number): bigint => ticksOfUnixMillis(Date.UTC(2024, 0, n));
const ms = (n: number): number => Date.UTC(2024, 0, n);

const DAILY: Columns = [
  ['state', 'string', ['WA', 'TX', 'WA', 'TX']],
  ['day', 'datetime', [day(1), day(1), day(2), day(2)]],
  ['n', 'long', [1n, 10n, 2n, 20n]],
];

describe('columns and their parts', () => {
  it('timechart: first datetime is x, numbers are y, texts name the series', () => {
    expect(draw('timechart', DAILY).roles).toMatchObject({
      x: 'day',
      ys: ['n'],
      series: ['state'],
    });
  });

  it('columnchart: the first column is x, whatever it is', () => {
    expect(draw('columnchart', DAILY).roles).toMatchObject({ x: 'state', ys: ['n'] });
    const numeric: Columns = [
      ['hour', 'int', [1, 2]],
      ['n', 'long', [5n, 6n]],
    ];
    expect(draw('columnchart', numeric).roles).toMatchObject({ x: 'hour', ys: ['n'], series: [] });
  });

  it('follows xcolumn, ycolumns and series in any case', () => {
    const columns: Columns = [
      ['a', 'long', [1n]],
      ['b', 'long', [2n]],
      ['c', 'string', ['x']],
      ['d', 'string', ['y']],
    ];
    const { roles } = draw('linechart', columns, { XColumn: 'B', ycolumns: 'a', series: 'd' });
    expect(roles).toMatchObject({ x: 'b', ys: ['a'], series: ['d'] });
  });

  it('says why nothing can be drawn', () => {
    expect(draw('timechart', [['s', 'string', ['a']]]).roles.problem).toMatch(/datetime/);
    expect(draw('columnchart', [['s', 'string', ['a']]]).roles.problem).toMatch(/numeric/);
  });

  it('reads lists of names', () => {
    expect(nameList(`a, ['b c'] ,["d"]`)).toEqual(['a', 'b c', 'd']);
    expect(readProperties({ ymin: 'x', yaxis: 'LOG', legend: 'hidden' })).toEqual({
      yaxis: 'log',
      legend: 'hidden',
    });
  });
});

describe('continuous charts', () => {
  it('draws one line per series, x exact to the millisecond', () => {
    const { traces, figure } = draw('timechart', DAILY);
    expect(traces.map((t) => t.name)).toEqual(['WA', 'TX']);
    expect(traces[0]).toMatchObject({ type: 'scatter', mode: 'lines' });
    expect(listOf(traces[0]?.x)).toEqual([ms(1), ms(2)]);
    expect(listOf(traces[1]?.y)).toEqual([10, 20]);
    expect(figure.layout.xaxis?.type).toBe('date');
    expect(figure.legend.map((l) => l.name)).toEqual(['WA', 'TX']);
  });

  it('sorts a line by x and leaves a gap where a value is missing', () => {
    const { traces } = draw('linechart', [
      ['x', 'long', [3n, 1n, 2n]],
      ['y', 'real', [30, 10, null]],
    ]);
    expect(listOf(traces[0]?.x)).toEqual([1, 2, 3]);
    expect(listOf(traces[0]?.y)).toEqual([10, Number.NaN, 30]);
  });

  it('expands series arrays, as make-series makes them', () => {
    const { roles, traces } = draw('timechart', [
      ['s', 'string', ['a', 'b']],
      ['n', 'dynamic', ['[1,null,3]', '[4,5,6]']],
      [
        't',
        'dynamic',
        Array(2).fill(
          '["2024-01-01T00:00:00.0000000Z","2024-01-02T00:00:00Z","2024-01-03T00:00:00Z"]',
        ),
      ],
    ]);
    expect(roles).toMatchObject({ x: 't', ys: ['n'], series: ['s'] });
    expect(listOf(traces[0]?.x)).toEqual([ms(1), ms(2), ms(3)]);
    expect(listOf(traces[0]?.y)).toEqual([1, Number.NaN, 3]);
    expect(listOf(traces[1]?.y)).toEqual([4, 5, 6]);
  });

  it('adds up with accumulate', () => {
    const { traces } = draw('timechart', DAILY, { accumulate: 'true' });
    expect(listOf(traces[1]?.y)).toEqual([10, 30]);
  });

  it('stacks areas', () => {
    const plain = draw('areachart', DAILY).traces[0];
    expect(plain).toMatchObject({ fill: 'tozeroy' });
    expect(plain).not.toHaveProperty('stackgroup');
    expect(draw('areachart', DAILY, { kind: 'unstacked' }).traces[0]).not.toHaveProperty(
      'stackgroup',
    );
    expect(draw('areachart', DAILY, { kind: 'stacked100' }).traces[0]).toMatchObject({
      groupnorm: 'percent',
    });
    expect(draw('stackedareachart', DAILY).traces[0]).toMatchObject({ stackgroup: 's1' });
  });

  it('uses WebGL only for many points', () => {
    const n = 30_000;
    const many: Columns = [
      ['x', 'real', Array.from({ length: n }, (_, i) => i)],
      ['y', 'real', Array.from({ length: n }, (_, i) => i)],
    ];
    expect(draw('scatterchart', many).traces[0]).toMatchObject({
      type: 'scattergl',
      mode: 'markers',
    });
    expect(draw('scatterchart', DAILY, { xcolumn: 'n', ycolumns: 'n' }).traces[0]?.type).toBe(
      'scatter',
    );
  });

  it('splits measures into panels and axes', () => {
    const two: Columns = [
      ['t', 'datetime', [day(1), day(2)]],
      ['a', 'long', [1n, 2n]],
      ['b', 'long', [1000n, 2000n]],
    ];
    const panels = draw('timechart', two, { ysplit: 'panels' });
    expect(panels.traces.map((t) => t.yaxis)).toEqual(['y', 'y2']);
    const [top, bottom] = [panels.figure.layout.yaxis?.domain, panels.figure.layout.yaxis2?.domain];
    expect(top?.[0]).toBeGreaterThan(bottom?.[1] ?? 1);
    const axes = draw('timechart', two, { ysplit: 'axes' });
    expect(axes.figure.layout.yaxis2).toMatchObject({ overlaying: 'y', side: 'right' });
  });

  it('a group has one colour in all panels', () => {
    const { traces } = draw(
      'timechart',
      [
        ['s', 'string', ['a', 'b']],
        ['t', 'datetime', [day(1), day(1)]],
        ['n', 'long', [1n, 2n]],
        ['m', 'long', [3n, 4n]],
      ],
      { ysplit: 'panels' },
    );
    const colors = traces.map((t) => (t.line as { color: string }).color);
    expect(colors).toEqual(['#111111', '#111111', '#222222', '#222222']);
  });

  it('does not colour points by more values than can be told apart', () => {
    const n = 300;
    const columns: Columns = [
      ['x', 'real', Array.from({ length: n }, (_, i) => i)],
      ['y', 'real', Array.from({ length: n }, (_, i) => i)],
      ['s', 'string', Array.from({ length: n }, (_, i) => `s${i}`)],
    ];
    const guessed = draw('scatterchart', columns);
    expect(guessed.traces).toHaveLength(1);
    expect(guessed.figure.notes[0]).toMatch(/Too many values of s/);
    expect(draw('scatterchart', columns, { series: 's' }).traces).toHaveLength(200);
  });

  it('keeps to limits and scales', () => {
    const { figure } = draw('timechart', DAILY, {
      ymin: '1',
      ymax: '1000',
      yaxis: 'log',
      title: '<b>',
    });
    expect(figure.layout.yaxis).toMatchObject({ type: 'log', range: [0, 3] });
    expect(figure.layout.title).toMatchObject({ text: '&lt;b&gt;' });
  });

  it('draws lines across at values that were asked for', () => {
    const { figure } = draw('timechart', DAILY, { ylines: '15, x', xlines: '2024-01-02' });
    expect(figure.layout.shapes).toMatchObject([
      { xref: 'paper', y0: 15, y1: 15 },
      { yref: 'paper', x0: '2024-01-02', x1: '2024-01-02' },
    ]);
  });

  it('marks anomalies where the flag is not zero', () => {
    const { roles, traces } = draw('anomalychart', [
      ['t', 'datetime', [day(1), day(2), day(3)]],
      ['n', 'long', [1n, 50n, 2n]],
      ['anomalies', 'real', [0, 1, 0]],
    ]);
    expect(roles).toMatchObject({ ys: ['n'], anomalies: ['anomalies'] });
    expect(traces[1]).toMatchObject({ mode: 'markers', x: [ms(2)], y: [50] });
  });

  it('switches series off without moving the colours of the others', () => {
    const { traces } = draw('timechart', DAILY, {}, ['WA']);
    expect(traces[0]?.visible).toBe(false);
    expect(traces[1]).toMatchObject({ visible: true, line: { color: '#222222' } });
  });
});

describe('charts of categories', () => {
  const BY_STATE: Columns = [
    ['state', 'string', ['WA', 'TX', 'WA']],
    ['kind', 'string', ['hail', 'hail', 'wind']],
    ['n', 'long', [1n, 2n, 3n]],
  ];

  it('groups, stacks and turns bars', () => {
    const columns = draw('columnchart', BY_STATE);
    expect(columns.traces.map((t) => [t.name, t.x, listOf(t.y)])).toEqual([
      ['hail', ['WA', 'TX'], [1, 2]],
      ['wind', ['WA'], [3]],
    ]);
    expect(columns.figure.layout.barmode).toBe('group');
    const bars = draw('barchart', BY_STATE, { kind: 'stacked100' });
    expect(bars.traces[0]).toMatchObject({ orientation: 'h', y: ['WA', 'TX'] });
    expect(bars.figure.layout).toMatchObject({ barmode: 'relative', barnorm: 'percent' });
    expect(bars.figure.layout.yaxis).toMatchObject({ type: 'category', autorange: 'reversed' });
  });

  it('pie: the largest first, the small ones as one', () => {
    const { traces } = draw('piechart', [
      ['s', 'string', Array.from({ length: 30 }, (_, i) => `s${i}`)],
      ['n', 'long', Array.from({ length: 30 }, (_, i) => BigInt(i + 1))],
    ]);
    const { labels, values } = traces[0] as { labels: string[]; values: number[] };
    expect(labels[0]).toBe('s29');
    expect(labels.at(-1)).toBe('Others (16)');
    expect(values.reduce((a, b) => a + b, 0)).toBe(465);
  });

  it('treemap: parents hold the sum of their children', () => {
    const { traces } = draw('treemap', BY_STATE);
    const { labels, values, parents } = traces[0] as {
      labels: string[];
      values: number[];
      parents: string[];
    };
    expect(values[labels.indexOf('WA')]).toBe(4);
    expect(parents.filter((p) => p === '')).toHaveLength(2);
  });

  it('ladder: bars from start to end', () => {
    const { traces } = draw('ladderchart', [
      ['job', 'string', ['a']],
      ['start', 'datetime', [day(1)]],
      ['end', 'datetime', [day(3)]],
    ]);
    expect(traces[0]).toMatchObject({ base: [ms(1)], x: [2 * 86_400_000], y: ['a'] });
  });

  it('takes data for text, never for markup', () => {
    const { traces } = draw('columnchart', [
      ['x', 'string', ['a']],
      ['s', 'string', ['<a href="x">']],
      ['n', 'long', [1n]],
    ]);
    expect(traces[0]?.name).toBe('&lt;a href="x"&gt;');
  });
});

describe('maps', () => {
  const PLACES: Columns = [
    ['city', 'string', ['Oslo', 'Lima', 'nowhere']],
    ['lat', 'real', [59.9, -12, 120]],
    ['lon', 'real', [10.7, -77, 0]],
    ['n', 'long', [4n, 1n, 1n]],
  ];

  it('puts longitudes and latitudes where their names say, and says what is on no map', () => {
    const { roles, traces, figure } = draw('scatterchart', PLACES, { kind: 'map' });
    expect(roles).toMatchObject({ x: 'lon', ys: ['lat'], series: ['city'] });
    expect(traces.slice(1).map((t) => [t.name, t.x, t.y])).toEqual([
      ['Oslo', [10.7], [59.9]],
      ['Lima', [-77], [-12]],
    ]);
    expect(figure.notes).toEqual(['1 rows have no place on a map.']);
  });

  it('makes areas, not widths, grow with the value', () => {
    const sizes = draw('piechart', PLACES, { kind: 'map' }).traces.slice(1);
    const [big, small] = sizes.map((t) => (t.marker as { size: number[] }).size[0] ?? 0);
    expect((big ?? 0) / (small ?? 1)).toBeCloseTo(2);
  });

  it('reads GeoJSON points', () => {
    const { roles, traces } = draw(
      'scatterchart',
      [['place', 'dynamic', ['{"type":"Point","coordinates":[-116.8,33.6,5]}', 'null']]],
      { kind: 'map' },
    );
    expect(roles.problem).toBe('');
    expect(traces[1]).toMatchObject({ x: [-116.8], y: [33.6] });
  });

  it('reads the outline it ships: steps from a first point, none across the whole map', () => {
    expect(decodeOutline(['17900 0 -35800 0'])).toEqual({
      longitudes: [179, null, -179, null],
      latitudes: [0, null, 0, null],
    });
    expect(decodeOutline(['1000 -500 50 0', '0 0'])).toEqual({
      longitudes: [10, 10.5, null, 0, null],
      latitudes: [-5, -5, null, 0, null],
    });
  });
});

describe('time pivot', () => {
  it('has a lane for each combination, those of one group together', () => {
    const { figure, traces } = draw('timepivot', [
      ['at', 'datetime', [day(1), day(2), day(3)]],
      ['host', 'string', ['b', 'a', 'b']],
      ['kind', 'string', ['x', 'x', 'w']],
    ]);
    expect(figure.layout.yaxis?.categoryarray).toEqual(['a › x', 'b › w', 'b › x']);
    expect(traces.map((t) => [t.name, t.x])).toEqual([
      ['a', [ms(2)]],
      ['b', [ms(3), ms(1)]],
    ]);
  });

  it('draws bars where events have an end', () => {
    const { traces } = draw('timepivot', [
      ['name', 'string', ['job']],
      ['start', 'datetime', [day(1)]],
      ['end', 'datetime', [day(2)]],
    ]);
    expect(traces[0]).toMatchObject({ type: 'bar', base: [ms(1)], x: [86_400_000] });
  });
});

describe('plotly figures', () => {
  it('are drawn as they are, without what leads out of the window', () => {
    const { figure, traces } = draw('plotly', [
      [
        'figure',
        'string',
        [
          JSON.stringify({
            data: [{ type: 'scatter3d', x: [1], text: ['<a href="http://x">see</a> <b>it</b>'] }],
            layout: { title: { text: 'T' }, images: [{ source: 'http://x/i.png' }], width: 9 },
          }),
        ],
      ],
    ]);
    expect(traces).toEqual([{ type: 'scatter3d', x: [1], text: ['see <b>it</b>'] }]);
    expect(figure.layout).toMatchObject({ title: { text: 'T' } });
    expect(figure.layout).not.toHaveProperty('images');
    expect(figure.layout).not.toHaveProperty('width');
  });

  it('say what is wrong with them', () => {
    const { figure } = draw('plotly', [['figure', 'string', ['no figure']]]);
    expect(figure.notes).toEqual(['The first cell is not Plotly JSON.']);
  });
});

it('each chart is registered once under its own kind', () => {
  const kinds = CHARTS.map((chart) => chart.kind);
  expect(new Set(kinds).size).toBe(kinds.length);
  for (const kind of kinds) expect(chartOf(kind.toUpperCase())?.kind).toBe(kind);
});
