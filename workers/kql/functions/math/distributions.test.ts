import { describe, expect, it } from 'vitest';
import { convertUnits } from './convert-units.ts';
import { betaCdf, erf, erfc, logGamma } from './distributions.ts';
import { ANGLE, LENGTH, SPEED, VOLUME } from './units.ts';

describe('special functions', () => {
  it.each([
    [1, 0],
    [5, Math.log(24)],
    [0.5, Math.log(Math.sqrt(Math.PI))],
    [100, 359.1342053695754],
  ])('logGamma(%s)', (x, expected) => expect(logGamma(x)).toBeCloseTo(expected, 12));

  it.each([
    [0, 0],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [3, 0.9999779095030014],
    [-2, -0.9953222650189527],
    [6, 1],
  ])('erf(%s)', (x, expected) => expect(erf(x)).toBeCloseTo(expected, 14));

  it('keeps the digits of small tails', () => {
    expect(erfc(5) / 1.5374597944280349e-12).toBeCloseTo(1, 12);
    expect(erfc(2) / 0.004677734981047266).toBeCloseTo(1, 13);
    expect(erfc(-1)).toBeCloseTo(1.8427007929497148, 14);
  });

  it('is symmetric', () => {
    for (const x of [0.01, 0.3, 0.5, 0.9])
      expect(betaCdf(x, 2, 7)).toBeCloseTo(1 - betaCdf(1 - x, 7, 2), 13);
  });
});

describe('units', () => {
  it('give back what they took', () => {
    for (const scale of [ANGLE, LENGTH, SPEED, VOLUME])
      for (const [unit, other] of Object.keys(scale).map((u, i, all) => [
        u,
        all[(i * 7 + 3) % all.length] ?? u,
      ])) {
        const there = convertUnits(scale, 1.2, unit ?? '', other ?? '');
        expect(convertUnits(scale, there ?? 0, other ?? '', unit ?? '')).toBeCloseTo(1.2, 10);
      }
  });
  it('know no unit of another scale', () => {
    expect(convertUnits(LENGTH, 1, 'Meter', 'Degree')).toBeNull();
  });
});
