import { describe, expect, test } from 'vitest';
import type { Dynamic } from '../define.ts';
import { areaBuffer, circle, pathBuffer } from './buffer.ts';
import { intersectionOf, unionOf } from './clip.ts';
import { encode } from './geohash.ts';
import {
  type Area,
  areaOf,
  covers,
  lineEdges,
  type Polygon,
  readArea,
  readPath,
  ringArea,
} from './shapes.ts';
import { densified, simplified } from './simplify.ts';
import { angle, EARTH_RADIUS, lngLat, nearestOnEdge, toVec, type Vec } from './sphere.ts';
import { fromWkt } from './wkt.ts';

function box(west: number, south: number, east: number, north: number): Area {
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  const area = readArea({ type: 'Polygon', coordinates: [ring] });
  if (!area) throw new Error('the test made no polygon');
  return area;
}

const size = (polygons: readonly Polygon[] | undefined): number =>
  (polygons ?? []).flatMap((p) => p.rings).reduce((sum, ring) => sum + ringArea(ring), 0);

const metres = (a: Vec, b: Vec): number => angle(a, b) * EARTH_RADIUS;

describe('the sphere', () => {
  test('coordinates survive the way to a vector and back', () => {
    for (const [lng, lat] of [
      [0, 0],
      [-73.95, 40.8],
      [179.999, -89.5],
    ] as const) {
      const [x, y] = lngLat(toVec(lng, lat));
      expect(x).toBeCloseTo(lng, 12);
      expect(y).toBeCloseTo(lat, 12);
    }
  });

  test('the nearest point of an edge is its foot, or an end', () => {
    const [a, b] = [toVec(0, 0), toVec(10, 0)];
    expect(lngLat(nearestOnEdge(toVec(5, 3), a, b))[0]).toBeCloseTo(5, 12);
    expect(nearestOnEdge(toVec(-5, 1), a, b)).toBe(a);
  });

  test('an octant is an eighth of the sphere', () => {
    expect(ringArea([toVec(0, 0), toVec(90, 0), toVec(0, 90)])).toBeCloseTo(Math.PI / 2, 12);
  });
});

describe('shapes', () => {
  test('what is no ring is refused', () => {
    const polygon = (ring: Dynamic): Dynamic => ({ type: 'Polygon', coordinates: [ring] });
    expect(
      readArea(
        polygon([
          [0, 0],
          [1, 1],
          [0, 0],
        ]),
      ),
    ).toBeUndefined();
    expect(
      readArea(
        polygon([
          [0, 0],
          [10, 10],
          [10, 10],
          [0, 0],
        ]),
      ),
    ).toBeUndefined();
    expect(
      readArea(
        polygon([
          [0, 0],
          [500, 1],
          [1, 1],
          [0, 0],
        ]),
      ),
    ).toBeUndefined();
    expect(readPath({ type: 'LineString', coordinates: [[1, 1]] })).toBeUndefined();
  });

  test('a ring means its smaller side, whichever way it runs', () => {
    const clockwise = readArea({
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [0, 1],
          [1, 1],
          [1, 0],
          [0, 0],
        ],
      ],
    });
    expect(clockwise && covers(clockwise, toVec(0.5, 0.5))).toBe(true);
    expect(clockwise && covers(clockwise, toVec(50, 50))).toBe(false);
  });

  test('a hole is outside', () => {
    const ring = (d: number): Dynamic => [
      [-d, -d],
      [d, -d],
      [d, d],
      [-d, d],
      [-d, -d],
    ];
    const area = readArea({ type: 'Polygon', coordinates: [ring(2), ring(1)] });
    expect(area && covers(area, toVec(0, 0))).toBe(false);
    expect(area && covers(area, toVec(1.5, 0))).toBe(true);
  });

  test('an area too wide for a plane still knows its inside', () => {
    const wide = areaOf([
      { rings: [[toVec(-100, 0), toVec(0, -40), toVec(100, 0), toVec(0, 80)]] },
    ]);
    expect(covers(wide, toVec(0, 10))).toBe(true);
    expect(covers(wide, toVec(180, -60))).toBe(false);
  });
});

describe('combining', () => {
  test('union and intersection add up to the two areas', () => {
    const [a, b] = [box(0, 0, 2, 2), box(1, 1, 3, 3)];
    const common = intersectionOf(a, b)?.polygons;
    expect(size(unionOf([a, b])) + size(common)).toBeCloseTo(
      size(a.polygons) + size(b.polygons),
      12,
    );
  });

  test('neighbours that share a border become one polygon', () => {
    const merged = unionOf([box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1)]);
    expect(merged).toHaveLength(1);
    expect(merged?.[0]?.rings).toHaveLength(1);
  });

  test('areas that touch in a corner have that point in common', () => {
    const found = intersectionOf(box(0, 0, 1, 1), box(1, 1, 2, 2));
    expect(found?.polygons).toEqual([]);
    expect(found?.points).toHaveLength(1);
  });
});

describe('buffers', () => {
  test('a circle keeps its distance and its tolerance', () => {
    const center = toVec(-115.17, 36.15);
    const ring = circle(center, 20_000, 10);
    expect(ring).toHaveLength(100);
    for (const v of ring) expect(metres(center, v)).toBeCloseTo(20_000, 5);
  });

  test('a grown area covers what is near and no more', () => {
    const grown = areaBuffer(box(0, 0, 1, 1), 1000, 1);
    const area = areaOf(grown ?? []);
    // A thousandth of a degree is 111 m.
    expect(covers(area, toVec(1.008, 0.5))).toBe(true);
    expect(covers(area, toVec(1.01, 0.5))).toBe(false);
  });

  test('a bent line has no gap at its corner', () => {
    const path = readPath({
      type: 'LineString',
      coordinates: [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
    });
    const area = areaOf((path && pathBuffer(path, 1000, 1)) ?? []);
    for (const [lng, lat, inside] of [
      [0.5, 0.005, true],
      [1.005, -0.005, true],
      [1, 0.5, true],
      [1.05, 0.5, false],
    ] as const)
      expect(covers(area, toVec(lng, lat))).toBe(inside);
  });
});

describe('lines', () => {
  const bent = [toVec(0, 0), toVec(1, 0.00001), toVec(2, 0)];

  test('simplifying drops what the tolerance hides', () => {
    expect(simplified(bent, 10)).toHaveLength(2);
    expect(simplified(bent, 0.1)).toHaveLength(3);
  });

  test('densifying stays within the tolerance of the straight line of the map', () => {
    const dense = densified([toVec(0, 60), toVec(10, 60)], 10);
    for (const [a, b] of lineEdges(dense)) {
      const [lng] = lngLat(a);
      const [next] = lngLat(b);
      const onMap = toVec((lng + next) / 2, 60);
      expect(metres(onMap, nearestOnEdge(onMap, a, b))).toBeLessThan(10);
    }
  });
});

test('geohash: the example that its inventor gives', () => {
  expect(encode(10.40744, 57.64911, 11)).toBe('u4pruydqqvj');
});

test('well-known text', () => {
  expect(fromWkt('MULTIPOINT ((1 1), (2 2.5))')).toEqual({
    type: 'MultiPoint',
    coordinates: [
      [1n, 1n],
      [2n, 2.5],
    ],
  });
  expect(fromWkt('POLYGON ((0 0, 1 1)')).toBeUndefined();
  expect(fromWkt('CIRCLE (1 2)')).toBeUndefined();
});
