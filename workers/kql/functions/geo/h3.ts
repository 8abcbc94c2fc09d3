import {
  cellToBoundary,
  cellToChildren,
  cellToLatLng,
  cellToParent,
  getResolution,
  gridDisk,
  gridDiskDistances,
  type H3Index,
  isValidCell,
  latLngToCell,
  polygonToCells,
} from 'h3-js';
import { type Dynamic, type FunctionEntry, scalar, type Value } from '../define.ts';
import { areaBuffer } from './buffer.ts';
import { type Area, areaFromText } from './shapes.ts';
import { lngLat, validLngLat } from './sphere.ts';
import { number, numberOr, shape } from './values.ts';

const DEFAULT_RESOLUTION = 6;
const FINEST = 15;

const cell = (value: Value | undefined): H3Index | undefined =>
  typeof value === 'string' && isValidCell(value) ? value : undefined;

const resolution = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= FINEST;

/** h3-js gives latitude first unless asked for GeoJSON's order. */
const boundary = (h3: H3Index): Dynamic => shape('Polygon', [cellToBoundary(h3, true)]);

function children([value, wanted]: readonly Value[]): Value {
  const h3 = cell(value);
  if (!h3) return null;
  const level = getResolution(h3);
  const to = numberOr(wanted, level + 1);
  // The page: not more than five levels below the cell.
  return resolution(to) && to > level && to - level <= 5 ? cellToChildren(h3, to) : null;
}

function parent([value, wanted]: readonly Value[]): Value {
  const h3 = cell(value);
  if (!h3) return '';
  const to = numberOr(wanted, getResolution(h3) - 1);
  return resolution(to) && to < getResolution(h3) ? cellToParent(h3, to) : '';
}

function rings([value, wanted]: readonly Value[]): Value {
  const h3 = cell(value);
  const distance = number(wanted);
  if (!h3 || !Number.isInteger(distance) || distance < 0 || distance > 142) return null;
  return gridDiskDistances(h3, distance);
}

function neighbors([value]: readonly Value[]): Value {
  const h3 = cell(value);
  return h3 ? gridDisk(h3, 1).filter((other) => other !== h3) : null;
}

const MOST_CELLS = 65_536;

function cellsOf(area: Area, level: number): H3Index[] {
  const all = new Set<H3Index>();
  for (const polygon of area.polygons) {
    const rings = polygon.rings.map((ring) =>
      [...ring, ...ring.slice(0, 1)].map((v) => [...lngLat(v)]),
    );
    for (const h3 of polygonToCells(rings, level, true)) all.add(h3);
  }
  return [...all];
}

function areaToCells([value, wanted, radius]: readonly Value[]): Value {
  const area = areaFromText(value);
  const level = numberOr(wanted, DEFAULT_RESOLUTION);
  const grow = numberOr(radius, 0);
  if (!area || !resolution(level) || !(grow >= 0)) return null;
  const grown = grow > 0 ? areaBuffer(area, grow, Math.max(grow / 100, 0.1)) : area.polygons;
  if (!grown) return null;
  const cells = cellsOf({ ...area, polygons: grown }, level);
  return cells.length > MOST_CELLS ? null : cells;
}

const CELL = '"862a1072fffffff"';

export const h3: readonly FunctionEntry[] = [
  scalar(
    'geo_point_to_h3cell',
    {
      js: {
        nulls: 'pass',
        call: ([longitude, latitude, wanted]) => {
          const [lng, lat] = [number(longitude), number(latitude)];
          const level = numberOr(wanted, DEFAULT_RESOLUTION);
          return validLngLat(lng, lat) && resolution(level) ? latLngToCell(lat, lng, level) : '';
        },
      },
    },
    [{ kql: 'geo_h3cell_level(geo_point_to_h3cell(1, 1, 10))', result: '10' }],
  ),
  scalar(
    'geo_h3cell_to_central_point',
    {
      js: {
        call: ([value]) => {
          const found = cell(value);
          if (!found) return null;
          const [latitude, longitude] = cellToLatLng(found);
          return shape('Point', [longitude, latitude]);
        },
      },
    },
    [{ kql: 'geo_h3cell_to_central_point("abc")', result: '' }],
  ),
  scalar(
    'geo_h3cell_to_polygon',
    {
      js: {
        call: ([value]) => {
          const found = cell(value);
          return found ? boundary(found) : null;
        },
      },
    },
    [{ kql: `array_length(geo_h3cell_to_polygon(${CELL}).coordinates[0])`, result: '7' }],
  ),
  scalar('geo_h3cell_neighbors', { js: { call: neighbors } }, [
    { kql: `array_length(geo_h3cell_neighbors(${CELL}))`, result: '6' },
  ]),
  scalar('geo_h3cell_children', { js: { nulls: 'pass', call: children } }, [
    { kql: `geo_h3cell_children(${CELL})[0]`, result: '872a10728ffffff' },
    { kql: `array_length(geo_h3cell_children(${CELL}, 9))`, result: '343' },
  ]),
  scalar('geo_h3cell_parent', { js: { nulls: 'pass', call: parent } }, [
    { kql: 'geo_h3cell_parent("872a10728ffffff")', result: '862a1072fffffff' },
  ]),
  scalar('geo_h3cell_rings', { js: { call: rings } }, [
    { kql: `array_length(geo_h3cell_rings(${CELL}, 2)[2])`, result: '12' },
    { kql: `geo_h3cell_rings(${CELL}, 150)`, result: '' },
  ]),
  scalar(
    'geo_h3cell_level',
    {
      js: {
        call: ([value]) => {
          const found = cell(value);
          return found ? getResolution(found) : null;
        },
      },
    },
    [{ kql: `geo_h3cell_level(${CELL})`, result: '6' }],
  ),
  scalar('geo_polygon_to_h3cells', { js: { nulls: 'pass', text: [0], call: areaToCells } }, [
    {
      kql: 'geo_polygon_to_h3cells(dynamic({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}))',
      result: '',
    },
  ]),
];
