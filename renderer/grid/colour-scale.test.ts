import { describe, expect, it } from 'vitest';
import { ticksOfUnixMillis } from '../../common/types/ticks.ts';
import { scaleOf, shadeOf } from './colour-scale.ts';

const percent = (shade: string | undefined): number => Number(/(\d+)%/.exec(shade ?? '')?.[1]);

describe('colours by value', () => {
  it('grow from the least number to the greatest', () => {
    const scale = scaleOf('long', '-10', '30');
    expect(scale).toEqual({ kind: 'range', low: -10, high: 30 });
    const shades = [-10n, 0n, 30n, 99n].map((v) => percent(shadeOf(scale, v)));
    expect(shades).toEqual([4, 17, 55, 55]);
    expect(shadeOf(scale, null)).toBeUndefined();
    expect(shadeOf(scale, Number.NaN)).toBeUndefined();
  });

  it('take datetimes and timespans by their ticks', () => {
    const scale = scaleOf('datetime', '2024-01-01T00:00:00Z', '2024-01-03T00:00:00Z');
    const middle = ticksOfUnixMillis(Date.UTC(2024, 0, 2));
    expect(percent(shadeOf(scale, middle))).toBe(30);
    expect(percent(shadeOf(scaleOf('timespan', '00:00:00', '1.00:00:00'), 0n))).toBe(4);
  });

  it('tell equal texts from others', () => {
    const scale = scaleOf('string', 'a', 'z');
    expect(scale.kind).toBe('category');
    expect(shadeOf(scale, 'Error')).toBe(shadeOf(scale, 'Error'));
    expect(shadeOf(scale, 'Error')).not.toBe(shadeOf(scale, 'Warning'));
    expect(shadeOf(scale, '')).toBeUndefined();
  });

  it('need both ends of numbers', () => {
    expect(scaleOf('real', undefined, undefined).kind).toBe('category');
    expect(scaleOf('real', '-inf', '1').kind).toBe('category');
  });
});
