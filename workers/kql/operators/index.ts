import * as basic from './basic.ts';
import type { OperatorDefinition } from './define.ts';
import { evaluate } from './evaluate.ts';
import { externaldata, inlineExternalTable } from './external.ts';
import { find } from './find.ts';
import * as graph from './graph/operators.ts';
import { join, lookup } from './join.ts';
import { macroExpand } from './macro-expand.ts';
import { makeSeries } from './make-series.ts';
import { mvApply } from './mv-apply.ts';
import { mvExpand } from './mv-expand.ts';
import { parse, parseKv, parseWhere } from './parse.ts';
import { partition } from './partition.ts';
import { reduce } from './reduce.ts';
import { sample, sampleDistinct } from './sampling.ts';
import { scan } from './scan.ts';
import { search } from './search.ts';
import * as small from './small.ts';
import { datatable, print, range } from './sources.ts';
import { summarize } from './summarize.ts';
import { topHitters } from './top-hitters.ts';
import { topNested } from './top-nested.ts';
import { union } from './union.ts';

const definitionsOf = (module: Readonly<Record<string, unknown>>): OperatorDefinition[] =>
  Object.values(module).filter(
    (v): v is OperatorDefinition => typeof v === 'object' && v !== null && 'syntax' in v,
  );

/** One line per operator. */
const definitions: readonly OperatorDefinition[] = [
  ...definitionsOf(basic),
  ...definitionsOf(small),
  ...definitionsOf(graph),
  datatable,
  evaluate,
  externaldata,
  find,
  inlineExternalTable,
  join,
  lookup,
  macroExpand,
  makeSeries,
  mvApply,
  mvExpand,
  parse,
  parseKv,
  parseWhere,
  partition,
  print,
  range,
  reduce,
  sample,
  sampleDistinct,
  scan,
  search,
  summarize,
  topHitters,
  topNested,
  union,
];

export const operators: ReadonlyMap<string, OperatorDefinition> = new Map(
  definitions.map((d) => [d.syntax, d]),
);
