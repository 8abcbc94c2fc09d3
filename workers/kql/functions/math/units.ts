/**
 * Unit tables of the `convert_*` functions: how many base units one unit is. `per` says the opposite, where the
 * definition is given that way round, so that no rounding is added.
 */
export type Factor = number | { readonly per: number };

export type Scale = Readonly<Record<string, Factor>>;

const FOOT = 0.3048;
const INCH = 0.0254;
const SURVEY_FOOT = 1200 / 3937;
const YARD = 0.9144;
const US_GALLON = 0.00378541;
const IMPERIAL_GALLON = 0.00454609;
const CUBIC_FOOT = 0.0283168;
const POUND = 0.45359237;
const RADIAN = 180 / Math.PI;
const BTU = 1055.05585262;
const ELECTRON_VOLT = 1.602176565e-19;
const LIGHT_YEAR = 9.46073047258e15;
const PARSEC = 3.08567758128e16;

/** Base: degree. */
export const ANGLE: Scale = {
  Arcminute: { per: 60 },
  Arcsecond: { per: 3600 },
  Centiradian: RADIAN / 100,
  Deciradian: RADIAN / 10,
  Degree: 1,
  Gradian: 0.9,
  Microdegree: 1e-6,
  Microradian: RADIAN * 1e-6,
  Millidegree: 1e-3,
  Milliradian: RADIAN / 1000,
  Nanodegree: 1e-9,
  Nanoradian: RADIAN * 1e-9,
  NatoMil: 9 / 160,
  Radian: RADIAN,
  Revolution: 360,
};

/** Base: joule. */
export const ENERGY: Scale = {
  BritishThermalUnit: BTU,
  Calorie: 4.184,
  DecathermEc: BTU * 1e6,
  DecathermImperial: 1.05505585257348e9,
  DecathermUs: 1.054804e9,
  ElectronVolt: ELECTRON_VOLT,
  Erg: 1e-7,
  FootPound: 1.355817948,
  GigabritishThermalUnit: BTU * 1e9,
  GigaelectronVolt: ELECTRON_VOLT * 1e9,
  Gigajoule: 1e9,
  GigawattDay: 86400e9,
  GigawattHour: 3600e9,
  HorsepowerHour: 2.6845195377e6,
  Joule: 1,
  KilobritishThermalUnit: BTU * 1e3,
  Kilocalorie: 4184,
  KiloelectronVolt: ELECTRON_VOLT * 1e3,
  Kilojoule: 1e3,
  KilowattDay: 86400e3,
  KilowattHour: 3600e3,
  MegabritishThermalUnit: BTU * 1e6,
  Megacalorie: 4184e3,
  MegaelectronVolt: ELECTRON_VOLT * 1e6,
  Megajoule: 1e6,
  MegawattDay: 86400e6,
  MegawattHour: 3600e6,
  Millijoule: 1e-3,
  TeraelectronVolt: ELECTRON_VOLT * 1e12,
  TerawattDay: 86400e12,
  TerawattHour: 3600e12,
  ThermEc: BTU * 1e5,
  ThermImperial: 1.05505585257348e8,
  ThermUs: 1.054804e8,
  WattDay: 86400,
  WattHour: 3600,
};

/** Base: newton. */
export const FORCE: Scale = {
  Decanewton: { per: 0.1 },
  Dyn: 1e-5,
  KilogramForce: 9.80665,
  Kilonewton: 1e3,
  KiloPond: 9.80665,
  KilopoundForce: 4448.2216152605,
  Meganewton: 1e6,
  Micronewton: 1e-6,
  Millinewton: 1e-3,
  Newton: 1,
  OunceForce: 0.2780138509537812,
  Poundal: 0.138254954376,
  PoundForce: 4.4482216152605,
  ShortTonForce: 8896.443230521,
  TonneForce: 9806.65,
};

/** Base: metre. */
export const LENGTH: Scale = {
  Angstrom: 1e-10,
  AstronomicalUnit: 1.495978707e11,
  Centimeter: 1e-2,
  Chain: 20.1168,
  DataMile: 1828.8,
  Decameter: 10,
  Decimeter: 0.1,
  DtpPica: { per: 236.220472441 },
  DtpPoint: INCH / 72,
  Fathom: 1.8288,
  Foot: FOOT,
  Hand: 0.1016,
  Hectometer: 100,
  Inch: INCH,
  KilolightYear: LIGHT_YEAR * 1e3,
  Kilometer: 1e3,
  Kiloparsec: PARSEC * 1e3,
  LightYear: LIGHT_YEAR,
  MegalightYear: LIGHT_YEAR * 1e6,
  Megaparsec: PARSEC * 1e6,
  Meter: 1,
  Microinch: INCH * 1e-6,
  Micrometer: 1e-6,
  Mil: INCH / 1000,
  Mile: 1609.344,
  Millimeter: 1e-3,
  Nanometer: 1e-9,
  NauticalMile: 1852,
  Parsec: PARSEC,
  PrinterPica: { per: 237.106301584 },
  PrinterPoint: INCH / 72.27,
  Shackle: 27.432,
  SolarRadius: 6.9551e8,
  Twip: { per: 56692.913385826 },
  UsSurveyFoot: SURVEY_FOOT,
  Yard: YARD,
};

/** Base: kilogram. */
export const MASS: Scale = {
  Centigram: 1e-5,
  Decagram: 1e-2,
  Decigram: 1e-4,
  EarthMass: 5.9722e24,
  Grain: { per: 15432.35835294143 },
  Gram: 1e-3,
  Hectogram: 0.1,
  Kilogram: 1,
  Kilopound: POUND * 1e3,
  Kilotonne: 1e6,
  LongHundredweight: 50.80234544,
  LongTon: 1016.0469088,
  Megapound: POUND * 1e6,
  Megatonne: 1e9,
  Microgram: 1e-9,
  Milligram: 1e-6,
  Nanogram: 1e-12,
  Ounce: 0.028349523125,
  Pound: POUND,
  ShortHundredweight: 45.359237,
  ShortTon: 907.18474,
  Slug: 14.593902937206,
  SolarMass: 1.98947e30,
  Stone: 6.35029318,
  Tonne: 1e3,
};

function speedOf(
  name: string,
  metres: number,
  per: readonly ('Hour' | 'Minute' | 'Second')[],
): Scale {
  const seconds = { Hour: 3600, Minute: 60, Second: 1 };
  return Object.fromEntries(per.map((p) => [`${name}Per${p}`, { per: seconds[p] / metres }]));
}

const ALL = ['Hour', 'Minute', 'Second'] as const;

/** Base: metre per second. */
export const SPEED: Scale = {
  ...speedOf('Centimeter', 0.01, ALL),
  ...speedOf('Decimeter', 0.1, ['Minute', 'Second']),
  ...speedOf('Foot', FOOT, ALL),
  ...speedOf('Inch', INCH, ALL),
  ...speedOf('Kilometer', 1000, ALL),
  ...speedOf('Meter', 1, ALL),
  ...speedOf('Micrometer', 1e-6, ['Minute', 'Second']),
  ...speedOf('Millimeter', 1e-3, ALL),
  ...speedOf('Nanometer', 1e-9, ['Minute', 'Second']),
  ...speedOf('UsSurveyFoot', SURVEY_FOOT, ALL),
  ...speedOf('Yard', YARD, ALL),
  Knot: 0.514444,
  MilePerHour: 0.44704,
};

/** Base: cubic metre. */
export const VOLUME: Scale = {
  AcreFoot: { per: 0.000810714 },
  AuTablespoon: 2e-5,
  BoardFoot: 2.3597372158e-3,
  Centiliter: 1e-5,
  CubicCentimeter: 1e-6,
  CubicDecimeter: 1e-3,
  CubicFoot: CUBIC_FOOT,
  CubicHectometer: 1e6,
  CubicInch: 1.6387e-5,
  CubicKilometer: 1e9,
  CubicMeter: 1,
  CubicMicrometer: 1e-18,
  CubicMile: 4.16818182544058e9,
  CubicMillimeter: 1e-9,
  CubicYard: 0.764554858,
  Decaliter: 1e-2,
  DecausGallon: US_GALLON * 10,
  Deciliter: 1e-4,
  DeciusGallon: US_GALLON / 10,
  HectocubicFoot: CUBIC_FOOT * 100,
  HectocubicMeter: 100,
  Hectoliter: 0.1,
  HectousGallon: US_GALLON * 100,
  ImperialBeerBarrel: 0.16365924,
  ImperialGallon: IMPERIAL_GALLON,
  ImperialOunce: 2.84130625e-5,
  ImperialPint: 5.6826125e-4,
  KilocubicFoot: CUBIC_FOOT * 1e3,
  KilocubicMeter: 1e3,
  KiloimperialGallon: IMPERIAL_GALLON * 1e3,
  Kiloliter: 1,
  KilousGallon: US_GALLON * 1e3,
  Liter: 1e-3,
  MegacubicFoot: CUBIC_FOOT * 1e6,
  MegaimperialGallon: IMPERIAL_GALLON * 1e6,
  Megaliter: 1e3,
  MegausGallon: US_GALLON * 1e6,
  MetricCup: 2.5e-4,
  MetricTeaspoon: 5e-6,
  Microliter: 1e-9,
  Milliliter: 1e-6,
  OilBarrel: 0.158987294928,
  UkTablespoon: 1.5e-5,
  UsBeerBarrel: 0.1173477658,
  UsCustomaryCup: 2.365882365e-4,
  UsGallon: US_GALLON,
  UsLegalCup: 2.4e-4,
  UsOunce: 2.95735295625e-5,
  UsPint: 4.73176473e-4,
  UsQuart: 9.46352946e-4,
  UsTablespoon: 1.478676478125e-5,
  UsTeaspoon: 4.92892159375e-6,
};

/** Kelvin = value · scale + shift. */
export const TEMPERATURE: Readonly<
  Record<string, { readonly scale: number; readonly shift: number }>
> = {
  DegreeCelsius: { scale: 1, shift: 273.15 },
  DegreeDelisle: { scale: -2 / 3, shift: 373.15 },
  DegreeFahrenheit: { scale: 5 / 9, shift: (459.67 * 5) / 9 },
  DegreeNewton: { scale: 100 / 33, shift: 273.15 },
  DegreeRankine: { scale: 5 / 9, shift: 0 },
  DegreeReaumur: { scale: 5 / 4, shift: 273.15 },
  DegreeRoemer: { scale: 40 / 21, shift: 273.15 - (7.5 * 40) / 21 },
  Kelvin: { scale: 1, shift: 0 },
  MillidegreeCelsius: { scale: 1e-3, shift: 273.15 },
  SolarTemperature: { scale: 5778, shift: 0 },
};
