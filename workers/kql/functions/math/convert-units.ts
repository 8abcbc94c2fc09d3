import { type Example, type FunctionEntry, scalar } from '../define.ts';
import {
  ANGLE,
  ENERGY,
  type Factor,
  FORCE,
  LENGTH,
  MASS,
  type Scale,
  SPEED,
  TEMPERATURE,
  VOLUME,
} from './units.ts';

const toBase = (value: number, factor: Factor): number =>
  typeof factor === 'number' ? value * factor : value / factor.per;
const fromBase = (value: number, factor: Factor): number =>
  typeof factor === 'number' ? value / factor : value * factor.per;

/** Tilt is the sine of an angle, the only unit that no factor describes. */
const TILT = 'Tilt';
const DEGREES = 180 / Math.PI;

/** The value in the other unit; null for a unit that the page does not list. */
export function convertUnits(scale: Scale, value: number, from: string, to: string): number | null {
  const tilts = scale === ANGLE;
  const a = tilts && from === TILT ? 1 : scale[from];
  const b = tilts && to === TILT ? 1 : scale[to];
  if (a === undefined || b === undefined) return null;
  if (from === to) return value;
  const base = tilts && from === TILT ? Math.asin(value) * DEGREES : toBase(value, a);
  return tilts && to === TILT ? Math.sin(base / DEGREES) : fromBase(base, b);
}

function temperature(value: number, from: string, to: string): number | null {
  const a = TEMPERATURE[from];
  const b = TEMPERATURE[to];
  if (!a || !b) return null;
  return (value * a.scale + a.shift - b.shift) / b.scale;
}

function converter(
  name: string,
  use: (value: number, from: string, to: string) => number | null,
  examples: readonly Example[],
): FunctionEntry {
  return scalar(
    name,
    { js: { call: ([value, from, to]) => use(Number(value), String(from), String(to)) } },
    examples,
  );
}

const scaled =
  (scale: Scale) =>
  (value: number, from: string, to: string): number | null =>
    convertUnits(scale, value, from, to);

export const units: readonly FunctionEntry[] = [
  converter('convert_angle', scaled(ANGLE), [
    { kql: "convert_angle(1.2, 'Degree', 'Arcminute')", result: '72.0' },
    { kql: "convert_angle(1.2, 'Degree', 'Foot')", result: '' },
  ]),
  converter('convert_energy', scaled(ENERGY), [
    { kql: "convert_energy(1, 'KilowattHour', 'Joule')", result: '3600000.0' },
  ]),
  converter('convert_force', scaled(FORCE), [
    { kql: "convert_force(1.2, 'Newton', 'Decanewton')", result: '0.12' },
  ]),
  converter('convert_length', scaled(LENGTH), [
    { kql: "convert_length(1.2, 'Meter', 'Foot')", result: '3.9370078740157477' },
  ]),
  converter('convert_mass', scaled(MASS), [
    { kql: "convert_mass(1.2, 'Kilogram', 'Pound')", result: '2.6455471462185307' },
  ]),
  converter('convert_speed', scaled(SPEED), [
    { kql: "convert_speed(1.2, 'MeterPerSecond', 'CentimeterPerHour')", result: '432000.0' },
  ]),
  converter('convert_temperature', temperature, [
    { kql: "convert_temperature(0, 'Kelvin', 'DegreeCelsius')", result: '-273.15' },
    { kql: "convert_temperature(100, 'DegreeCelsius', 'Kelvin')", result: '373.15' },
  ]),
  converter('convert_volume', scaled(VOLUME), [
    { kql: "convert_volume(1.2, 'CubicMeter', 'AcreFoot')", result: '0.0009728568' },
  ]),
];
