import { aggregates } from './aggregates/index.ts';
import { binary } from './binary/index.ts';
import { conditional } from './conditional/index.ts';
import { convert } from './convert/index.ts';
import { datetime } from './datetime/index.ts';
import type { FunctionEntry } from './define.ts';
import { dynamic } from './dynamic/index.ts';
import { encoding } from './encoding/index.ts';
import { geo } from './geo/index.ts';
import { math } from './math/index.ts';
import { operators } from './operators/index.ts';
import { parse } from './parse/index.ts';
import { series } from './series/index.ts';
import { service } from './service/index.ts';
import { sketch } from './sketch/index.ts';
import { string } from './string/index.ts';
import { windows } from './windows/index.ts';

/** One line per family. */
export const families: readonly (readonly FunctionEntry[])[] = [
  aggregates,
  binary,
  conditional,
  convert,
  datetime,
  dynamic,
  encoding,
  geo,
  math,
  operators,
  parse,
  series,
  service,
  sketch,
  string,
  windows,
];
