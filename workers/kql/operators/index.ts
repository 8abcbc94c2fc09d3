import * as basic from './basic.ts';
import type { OperatorDefinition } from './define.ts';
import { join, lookup } from './join.ts';
import { mvExpand } from './mv-expand.ts';
import { datatable, print, range } from './sources.ts';
import { summarize } from './summarize.ts';
import { union } from './union.ts';

/** One line per operator. */
const definitions: readonly OperatorDefinition[] = [
  ...Object.values(basic).filter((v): v is OperatorDefinition => typeof v === 'object'),
  datatable,
  join,
  lookup,
  mvExpand,
  print,
  range,
  summarize,
  union,
];

export const operators: ReadonlyMap<string, OperatorDefinition> = new Map(
  definitions.map((d) => [d.syntax, d]),
);
