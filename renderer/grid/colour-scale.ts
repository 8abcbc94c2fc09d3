import type { CellValue } from '../../common/arrow/result-batch.ts';
import type { KqlType } from '../../common/types/kql-type.ts';
import { parseDatetime, parseTimespan } from '../../common/types/time-text.ts';
import { isNumeric } from './grid-model.ts';

/** How the cells of a column are coloured: by where a value lies between two ends, or alike where they are equal. */
export type ColourScale =
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  | { readonly kind: 'category' };

/** Shares of the colour at both ends, in percent: text stays readable on the strongest. */
const WEAKEST = 4;
const STRONGEST = 55;

function numberOf(text: string, type: KqlType): number | undefined {
  if (isNumeric(type)) return Number(text);
  const ticks =
    type === 'datetime'
      ? parseDatetime(text)
      : type === 'timespan'
        ? parseTimespan(text)
        : undefined;
  return ticks === undefined ? undefined : Number(ticks);
}

/** The scale of a column whose least and greatest values print as `min` and `max`. */
export function scaleOf(type: KqlType, min = '', max = ''): ColourScale {
  const low = min === '' ? undefined : numberOf(min, type);
  const high = max === '' ? undefined : numberOf(max, type);
  return low !== undefined && high !== undefined && Number.isFinite(low) && Number.isFinite(high)
    ? { kind: 'range', low, high }
    : { kind: 'category' };
}

/** A CSS colour for a cell; undefined for empty ones. */
export function shadeOf(scale: ColourScale, value: CellValue): string | undefined {
  if (value === null || value === '') return undefined;
  if (scale.kind === 'category') return `hsl(${hueOf(String(value))} 75% 50% / 0.28)`;
  const number = Number(value);
  if (Number.isNaN(number)) return undefined;
  const width = scale.high - scale.low;
  const share = width > 0 ? Math.min(1, Math.max(0, (number - scale.low) / width)) : 1;
  const percent = Math.round(WEAKEST + share * (STRONGEST - WEAKEST));
  return `color-mix(in srgb, var(--cg-heat) ${percent}%, transparent)`;
}

/** Equal texts have equal hues; the golden angle keeps those of similar texts apart. */
function hueOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) >>> 0;
  return Math.round((hash % 1_000) * 137.508) % 360;
}
