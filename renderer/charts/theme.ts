import type { ChartTheme } from './chart-types.ts';

/** Ten hues apart in lightness as well, so that neighbours differ for colour-blind eyes too. */
const LIGHT = [
  '#2a6fdb',
  '#e8622c',
  '#12976b',
  '#c98a00',
  '#7d4fd6',
  '#d6457f',
  '#0e8fa3',
  '#5f7d1e',
  '#b23a3a',
  '#6b7280',
];
const DARK = [
  '#5b9bf5',
  '#f58a5b',
  '#3fcf9c',
  '#f0b83c',
  '#a98bf7',
  '#f27fab',
  '#45c6d8',
  '#a3c44f',
  '#ef7d7d',
  '#a9b0bb',
];
const CONTRAST = [
  '#1aebff',
  '#ffff00',
  '#3ff23f',
  '#ff8cff',
  '#ffffff',
  '#ffa500',
  '#9ec7ff',
  '#ff6b6b',
  '#c8ff8c',
  '#d0b0ff',
];

function luminance(color: string): number {
  const parts = color.match(/[\d.]+/g)?.map(Number) ?? [];
  const [r = 255, g = 255, b = 255] = parts;
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}

/** Colours of the page around an element; Fluent's tokens tell them. */
export function themeOf(element: Element): ChartTheme {
  const style = getComputedStyle(element);
  const token = (name: string, fallback: string): string =>
    style.getPropertyValue(name).trim() || fallback;
  const probe = document.createElement('span');
  probe.style.color = token('--colorNeutralBackground1', '#ffffff');
  element.append(probe);
  const background = getComputedStyle(probe).color;
  probe.remove();
  const forced = window.matchMedia('(forced-colors: active)').matches;
  const dark = luminance(background) < 0.4;
  const black = background === 'rgb(0, 0, 0)';
  return {
    text: token('--colorNeutralForeground1', dark ? '#ffffff' : '#242424'),
    quiet: token('--colorNeutralForeground3', dark ? '#adadad' : '#616161'),
    grid: token('--colorNeutralStroke3', dark ? '#3d3d3d' : '#ececec'),
    background,
    font: token('--fontFamilyBase', 'system-ui, sans-serif'),
    palette: forced || black ? CONTRAST : dark ? DARK : LIGHT,
    onPalette: forced || black || dark ? '#16181d' : '#ffffff',
    alert: forced || black ? '#ff6b6b' : dark ? '#ff7b7b' : '#d13438',
  };
}

const channels = (hex: string): readonly number[] =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** `share` of the second colour in the first; both as #rrggbb. */
function mix(first: string, second: string, share: number): string {
  const other = channels(second);
  const mixed = channels(first).map((c, i) =>
    Math.round(c * (1 - share) + (other[i] ?? 0) * share),
  );
  return `#${mixed.map((c) => c.toString(16).padStart(2, '0')).join('')}`;
}

/** The colour of the n-th series. Each further round of the palette is a shade nearer to black, then to white. */
export function colorAt(theme: ChartTheme, index: number): string {
  const color = theme.palette[index % theme.palette.length] ?? '#888888';
  const round = Math.floor(index / theme.palette.length) % 3;
  return round === 0 ? color : mix(color, round === 1 ? '#000000' : '#ffffff', 0.4);
}
