import type { Column, KqlType } from '../../common/types/kql-type.ts';
import { aggregateCalls, type CallShape, functionCalls } from './calls.ts';
import type { Random } from './random.ts';

const TEXTS = [
  '',
  'a',
  'alpha beta',
  'ÄÖ ß',
  '日本語',
  '🙂 smile',
  '2024-02-29T12:00:00Z',
  '10.1.2.3/24',
  'fe80::1',
  '{"k":[1,2.5,null,{"x":"y"}]}',
  '[1,2,3]',
  '<a b="c"><d>1</d></a>',
  'https://user:pw@host:8080/p/q?x=1&y=2#f',
  'k1=v1, k2="v 2"',
  '(\\d+)-(\\w*)',
  '[unclosed',
  '1e400',
  '-0',
  'POLYGON',
  'H4sIAAAAAAAA/w==',
  'yyyy-MM-dd HH:mm:ss.fffffff',
  'US/Pacific',
];

const LITERALS: Readonly<Record<KqlType, readonly string[]>> = {
  bool: ['true', 'false', 'bool(null)'],
  int: [
    'int(0)',
    'int(1)',
    'int(-1)',
    'int(2147483647)',
    'int(-2147483648)',
    'int(null)',
    'int(7)',
  ],
  long: [
    '0',
    '1',
    '2',
    '3',
    '10',
    '100',
    '-5',
    '9223372036854775807',
    'long(-9223372036854775808)',
    'long(null)',
  ],
  real: [
    '0.0',
    '1.5',
    '-2.25',
    '1e300',
    '1e-300',
    'real(nan)',
    'real(+inf)',
    'real(-inf)',
    'real(null)',
    '0.5',
  ],
  decimal: ['decimal(0)', 'decimal(1.25)', 'decimal(-99999.000001)', 'decimal(null)'],
  string: TEXTS.map((t) => JSON.stringify(t)),
  datetime: [
    'datetime(2024-02-29)',
    'datetime(0001-01-01)',
    'datetime(9999-12-31 23:59:59.9999999)',
    'datetime(null)',
    'datetime(2020-06-01 10:20:30.1234567)',
  ],
  timespan: [
    '0s',
    '1h',
    '1d',
    '-1ms',
    '1tick',
    '10675199d',
    'timespan(null)',
    'time(1.02:03:04.5)',
  ],
  guid: ['guid(74be27de-1e4e-49d9-b579-fe0b331d3642)', 'guid(null)'],
  dynamic: [
    'dynamic(null)',
    'dynamic([])',
    'dynamic({})',
    'dynamic([1,2,3,4,5,6,7,8])',
    'dynamic([1.5,null,"x",true,[2],{"a":1}])',
    'dynamic({"a":1,"b":{"c":[1,2]}})',
    'dynamic("text")',
    'dynamic(5)',
    'dynamic({"type":"Point","coordinates":[12.5,41.9]})',
    'dynamic({"type":"Polygon","coordinates":[[[0,0],[0,10],[10,10],[10,0],[0,0]]]})',
  ],
};

const CONVERT: Readonly<Record<KqlType, readonly [before: string, after: string]>> = {
  bool: ['tobool(', ')'],
  int: ['toint(', ')'],
  long: ['tolong(', ')'],
  real: ['toreal(', ')'],
  decimal: ['todecimal(', ')'],
  string: ['tostring(', ')'],
  datetime: ['todatetime(', ')'],
  timespan: ['totimespan(', ')'],
  guid: ['toguid(tostring(', '))'],
  dynamic: ['todynamic(tostring(', '))'],
};

const TO_DYNAMIC: readonly (readonly [string, string])[] = [
  CONVERT.dynamic,
  ['pack_array(', ')'],
  ['bag_pack("k", ', ')'],
];

const STRING_OPERATORS = [
  '==',
  '!=',
  '=~',
  '!~',
  'has',
  '!has',
  'has_cs',
  'hasprefix',
  'hassuffix',
  'contains',
  '!contains',
  'contains_cs',
  'startswith',
  '!startswith',
  'endswith',
  'endswith_cs',
  '<',
  '>',
  '<=',
  '>=',
];
const COMPARED: readonly KqlType[] = [
  'int',
  'long',
  'real',
  'decimal',
  'datetime',
  'timespan',
  'string',
  'bool',
  'guid',
];
const ARITHMETIC = ['+', '-', '*', '/', '%'];

/** Makes scalar expressions of a wanted type over given columns. */
export class Expressions {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  literal(type: KqlType): string {
    return this.#random.pick(LITERALS[type]);
  }

  of(type: KqlType, columns: readonly Column[], depth = 2): string {
    const random = this.#random;
    const fitting = columns.filter((c) => c.type === type);
    if (depth <= 0 || random.chance(0.3))
      return fitting.length > 0 && random.chance(0.75)
        ? quoted(random.pick(fitting).name)
        : this.literal(type);
    if (type === 'bool' && random.chance(0.7)) return this.#condition(columns, depth);
    if (random.chance(0.2) && ['int', 'long', 'real', 'decimal'].includes(type))
      return `(${this.of(type, columns, depth - 1)} ${random.pick(ARITHMETIC)} ${this.of(type, columns, depth - 1)})`;
    if (random.chance(0.1))
      return `iff(${this.of('bool', columns, depth - 1)}, ${this.of(type, columns, depth - 1)}, ${this.of(type, columns, depth - 1)})`;
    if (random.chance(0.1)) return this.#as(type, this.#path(columns, depth));
    return this.#as(type, this.#call(random.pick(functionCalls), columns, depth));
  }

  aggregate(columns: readonly Column[]): string {
    const shape = this.#random.pick(aggregateCalls);
    return this.#call(shape, columns, this.#random.chance(0.7) ? 1 : 2);
  }

  #as(type: KqlType, expression: string): string {
    const [before, after] = type === 'dynamic' ? this.#random.pick(TO_DYNAMIC) : CONVERT[type];
    return `${before}${expression}${after}`;
  }

  /** Later arguments are often constants: many functions want theirs to be. */
  #call(shape: CallShape, columns: readonly Column[], depth: number): string {
    const random = this.#random;
    const given = shape.parameters.flatMap(({ types, least, most }, i) =>
      Array.from({ length: Math.min(most, least + random.int(3)) }, () => {
        const type = random.pick(types);
        return i > 0 && random.chance(0.6) ? this.literal(type) : this.of(type, columns, depth - 1);
      }),
    );
    return `${shape.name}(${given.join(', ')})`;
  }

  #path(columns: readonly Column[], depth: number): string {
    const start = this.of('dynamic', columns, depth - 1);
    const step = this.#random.pick(['["a"]', '["b"]["c"]', '[0]', '[-1]', '[100]', '["no such"]']);
    return `(${start})${step}`;
  }

  #condition(columns: readonly Column[], depth: number): string {
    const random = this.#random;
    const sub = (type: KqlType): string => this.of(type, columns, depth - 1);
    switch (random.int(8)) {
      case 0:
        return `(${sub('bool')} ${random.pick(['and', 'or'])} ${sub('bool')})`;
      case 1:
        return `not(${sub('bool')})`;
      case 2:
        return `${sub('string')} ${random.pick(STRING_OPERATORS)} ${this.literal('string')}`;
      case 3:
        return `${sub('string')} ${random.pick(['in', '!in', 'in~', 'has_any', 'has_all'])} (${random.some(4, () => this.literal('string')).join(', ')})`;
      case 4:
        return `${sub('string')} matches regex ${this.literal('string')}`;
      case 5: {
        const type = random.pick(['long', 'real', 'datetime', 'timespan'] as const);
        return `${sub(type)} between (${sub(type)} .. ${sub(type)})`;
      }
      case 6:
        return `${random.pick(['isnull', 'isnotnull', 'isempty'])}(${sub(random.pick(COMPARED))})`;
      default: {
        const type = random.pick(COMPARED);
        return `${sub(type)} ${random.pick(['==', '!=', '<', '>', '<=', '>='])} ${sub(type)}`;
      }
    }
  }
}

export const quoted = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) ? name : `['${name}']`;
