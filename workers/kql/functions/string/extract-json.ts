import { type Sql, sql, str } from '../../emit/sql.ts';
import {
  type CallContext,
  type Dynamic,
  type Example,
  type FunctionEntry,
  type SqlArg,
  scalar,
} from '../define.ts';
import { isArray, isBag, member, readJson } from '../value/dynamic.ts';
import { asText, constantText, once } from '../value/sql.ts';
import { dynamicText } from '../value/text.ts';
import { typed } from './extract.ts';

type Step = string | number;

const STEP = /\.([^.[\]]+)|\[(-?\d+)\]|\[(['"])(.*?)\3\]/y;

/** Steps of a JSON path such as `$.a['b'][0]`; undefined for what is not one (page "JSONPath syntax"). */
export function jsonPathSteps(path: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  let at = path.startsWith('$') ? 1 : 0;
  const text = at === 1 || path.startsWith('.') || path.startsWith('[') ? path : `.${path}`;
  while (at < text.length) {
    STEP.lastIndex = at;
    const found = STEP.exec(text);
    if (!found) return undefined;
    steps.push(found[2] === undefined ? (found[1] ?? found[4] ?? '') : Number(found[2]));
    at = STEP.lastIndex;
  }
  return steps;
}

function follow(value: Dynamic | undefined, steps: readonly Step[]): Dynamic {
  let here: Dynamic = value ?? null;
  for (const step of steps) {
    if (typeof step === 'number') here = isArray(here) ? (here.at(step) ?? null) : null;
    else here = isBag(here) ? member(here, step) : null;
  }
  return here;
}

function pathSql(steps: readonly Step[]): string | undefined {
  let path = '$';
  for (const step of steps) {
    if (typeof step === 'number') path += `[${step < 0 ? `#${step}` : step}]`;
    else if (step === '' || /["*]/.test(step)) return undefined;
    else path += `."${step}"`;
  }
  return path;
}

function toSql(
  path: SqlArg | undefined,
  source: SqlArg | undefined,
  context: CallContext,
): Sql | undefined {
  const known = constantText(path);
  const steps = known === undefined ? undefined : jsonPathSteps(known);
  const place = steps && pathSql(steps);
  if (!source || place === undefined) return undefined;
  const text = once(
    asText(source, context),
    (t) =>
      sql`coalesce(CASE WHEN json_valid(${t}) THEN json_extract_string(${t}, ${str(place)}) END, '')`,
  );
  return typed(text, context);
}

function extractJson(name: string, examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    {
      sql: ([path, source], context) => toSql(path, source, context),
      js: {
        call: ([path, source]) => {
          const steps = jsonPathSteps(String(path));
          return steps ? dynamicText(follow(readJson(String(source)), steps)) : '';
        },
      },
    },
    examples,
  );
}

export const jsonExtraction: readonly FunctionEntry[] = [
  extractJson('extract_json', [
    { kql: `extract_json("$.name", '{"name": "John", "age": 30}')`, result: 'John' },
    { kql: `extract_json("$.a[1].b", '{"a":[1,{"b":2}]}')`, result: '2' },
    { kql: `extract_json("$['a b']", '{"a b":true}')`, result: 'true' },
    { kql: `extract_json("$.x", 'no json')`, result: '' },
  ]),
  extractJson('extractjson', [{ kql: `extractjson("$.a", '{"a":[1]}')`, result: '[1]' }]),
];
