import type { Data } from 'plotly.js';
import { baseLayout, escapeMarkup } from '../base-layout.ts';
import type { ChartData, ChartOptions, Figure } from '../chart-types.ts';
import { colorAt } from '../theme.ts';

interface Tile {
  readonly id: string;
  readonly label: string;
  readonly parent: string;
  readonly color: string;
  value: number;
}

/** Nested rectangles, one level per text column from left to right (page "visualization-treemap"). */
export function build(data: ChartData, options: ChartOptions): Figure {
  const levels = [data.x, ...data.series.map((s) => s.values)];
  const values = data.measures[0]?.values ?? new Float64Array();
  const tiles = new Map<string, Tile>();
  let branches = 0;
  for (let row = 0; row < data.length; row++) {
    const value = values[row] ?? Number.NaN;
    if (!(value > 0)) continue;
    let parent = '';
    let color = '';
    for (const level of levels) {
      const label = String(level[row] ?? '');
      const id = JSON.stringify([parent, label]);
      let tile = tiles.get(id);
      if (!tile) {
        if (parent === '') color = colorAt(options.theme, branches++);
        tile = { id, label: escapeMarkup(label), parent, color, value: 0 };
        tiles.set(id, tile);
      }
      tile.value += value;
      color = tile.color;
      parent = id;
    }
  }
  const list = [...tiles.values()];
  const trace = {
    type: 'treemap',
    ids: list.map((t) => t.id),
    labels: list.map((t) => t.label),
    parents: list.map((t) => t.parent),
    values: list.map((t) => t.value),
    branchvalues: 'total',
    marker: {
      colors: list.map((t) => t.color),
      line: { color: options.theme.background, width: 1 },
    },
    textinfo: 'label+value',
    textfont: { color: options.theme.onPalette },
    hovertemplate: '%{label}<br>%{value:,.6~g}<br>%{percentRoot:.1%}<extra></extra>',
    pathbar: { visible: true },
    tiling: { pad: 2 },
  } as unknown as Data;
  return {
    traces: [trace],
    layout: { ...baseLayout(options), hovermode: 'closest' },
    legend: [],
    notes: [],
  };
}
