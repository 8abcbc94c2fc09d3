import { type Column, KQL_TYPES, type KqlType } from '../../common/types/kql-type.ts';
import { Expressions, quoted } from './expressions.ts';
import type { Random } from './random.ts';

interface Step {
  readonly text: string;
  readonly columns: readonly Column[];
}

const JOINS = [
  'inner',
  'innerunique',
  'leftouter',
  'rightouter',
  'fullouter',
  'leftanti',
  'rightanti',
  'leftsemi',
  'rightsemi',
];
const LETTERS = ['a', 'b', 'c', 'd', 'e'];

/** Damage that a tired hand or a bad clipboard does to a text. */
const SCRAPS = [
  '|',
  '(',
  ')',
  '"',
  "'",
  ',',
  '..',
  '=',
  '[',
  ']',
  '{',
  '}',
  'by',
  'on',
  'let x =',
  ';',
  '//',
  '🙂',
  '\u0000',
  '\\',
  '0x',
  '1e',
  '@"',
  '```',
];

/** Random queries over given tables: most of them valid, some damaged. */
export class Queries {
  readonly #random: Random;
  readonly #expressions: Expressions;
  readonly #tables: ReadonlyMap<string, readonly Column[]>;
  #names = 0;

  constructor(random: Random, tables: ReadonlyMap<string, readonly Column[]>) {
    this.#random = random;
    this.#expressions = new Expressions(random);
    this.#tables = tables;
  }

  next(): string {
    const random = this.#random;
    const lets = random.chance(0.2) ? random.some(2, () => this.#let()) : [];
    const body = this.#pipeline(1 + random.int(5)).text;
    const end = random.chance(0.05)
      ? `\n| render ${random.pick(['timechart', 'columnchart', 'piechart', 'table', 'scatterchart', 'card'])}`
      : '';
    const text = `${lets.map((l) => `${l};\n`).join('')}${body}${end}`;
    return random.chance(0.1) ? this.#damaged(text) : text;
  }

  #name(): string {
    return `n${this.#names++}`;
  }

  #any(): KqlType {
    return this.#random.pick(KQL_TYPES);
  }

  #let(): string {
    const random = this.#random;
    const name = this.#name();
    const type = this.#any();
    const value = this.#expressions.of(type, [], 2);
    return random.chance(0.5)
      ? `let ${name} = ${value}`
      : `let ${name} = (x: ${type}) { ${this.#expressions.of(type, [{ name: 'x', type }], 2)} }`;
  }

  #source(): Step {
    const random = this.#random;
    switch (random.int(8)) {
      case 0: {
        const columns: Column[] = random.some(4, (i) => ({
          name: LETTERS[i] ?? 'z',
          type: this.#any(),
        }));
        const text = columns
          .map((c) => `${c.name} = ${this.#expressions.of(c.type, [], 3)}`)
          .join(', ');
        return { text: `print ${text}`, columns };
      }
      case 1:
        return {
          text: `range ${'x'} from ${random.int(5)} to ${random.int(200)} step ${1 + random.int(3)}`,
          columns: [{ name: 'x', type: 'long' }],
        };
      case 2: {
        const columns: Column[] = random.some(3, (i) => ({
          name: LETTERS[i] ?? 'z',
          type: this.#any(),
        }));
        const cells = random
          .some(4, () => columns.map((c) => this.#expressions.literal(c.type)))
          .flat();
        return {
          text: `datatable(${columns.map((c) => `${c.name}: ${c.type}`).join(', ')})[${cells.join(', ')}]`,
          columns,
        };
      }
      default: {
        const [name, columns] = random.pick([...this.#tables]);
        return { text: name, columns };
      }
    }
  }

  #pipeline(length: number): Step {
    let step = this.#source();
    for (let i = 0; i < length; i++) {
      const next = this.#operator(step.columns, length);
      step = { text: `${step.text}\n| ${next.text}`, columns: next.columns };
      if (step.columns.length === 0) break;
    }
    return step;
  }

  #operator(columns: readonly Column[], length: number): Step {
    const random = this.#random;
    const e = this.#expressions;
    const column = (): Column => random.pick(columns);
    const oneOf = (types: readonly KqlType[]): Column | undefined => {
      const fitting = columns.filter((c) => types.includes(c.type));
      return fitting.length > 0 ? random.pick(fitting) : undefined;
    };
    switch (random.int(30)) {
      case 0:
      case 1:
      case 2:
        return { text: `where ${e.of('bool', columns, 3)}`, columns };
      case 3:
      case 4:
      case 5: {
        const added: Column[] = random.some(3, () => ({ name: this.#name(), type: this.#any() }));
        const text = added.map((c) => `${c.name} = ${e.of(c.type, columns, 3)}`).join(', ');
        return { text: `extend ${text}`, columns: [...columns, ...added] };
      }
      case 6: {
        const kept: Column[] = random.some(4, () => ({ name: this.#name(), type: this.#any() }));
        return {
          text: `project ${kept.map((c) => `${c.name} = ${e.of(c.type, columns, 2)}`).join(', ')}`,
          columns: kept,
        };
      }
      case 7:
      case 8:
      case 9: {
        const values = random.some(3, () => `${this.#name()} = ${e.aggregate(columns)}`);
        const by = column();
        return {
          text: `summarize ${values.join(', ')} by ${quoted(by.name)}`,
          columns: [by],
        };
      }
      case 10:
        return { text: 'count', columns: [{ name: 'Count', type: 'long' }] };
      case 11: {
        const by = column();
        return { text: `distinct ${quoted(by.name)}`, columns: [by] };
      }
      case 12:
        return {
          text: `sort by ${quoted(column().name)} ${random.pick(['asc', 'desc', 'asc nulls last', 'desc nulls first'])}`,
          columns,
        };
      case 13:
        return { text: `top ${random.int(20)} by ${quoted(column().name)}`, columns };
      case 14:
        return { text: `${random.pick(['take', 'sample'])} ${random.int(20)}`, columns };
      case 15: {
        const left = column();
        const [name, right] = random.pick([...this.#tables]);
        const partners = right.filter((c) => c.type === left.type && c.type !== 'dynamic');
        const kind = random.pick(JOINS);
        if (partners.length === 0)
          return { text: `where isnotnull(${quoted(left.name)})`, columns };
        return {
          text: `join kind=${kind} (${name} | take 20) on $left.${quoted(left.name)} == $right.${quoted(random.pick(partners).name)}`,
          columns: kind.startsWith('right') ? [] : columns,
        };
      }
      case 16: {
        const other = this.#pipeline(Math.min(2, length - 1));
        return {
          text: `union ${random.pick(['', 'kind=inner ', 'kind=outer withsource=src '])}(${other.text})`,
          columns: [],
        };
      }
      case 17: {
        const bag = oneOf(['dynamic']);
        if (!bag) return { text: 'serialize', columns };
        return {
          text: `mv-expand ${random.pick(['', 'bagexpansion=array ', 'with_itemindex=ix '])}${quoted(bag.name)}${random.pick(['', ' to typeof(long)', ' to typeof(string)', ' limit 3'])}`,
          columns: columns.filter((c) => c !== bag),
        };
      }
      case 18: {
        const bag = oneOf(['dynamic']);
        if (!bag) return { text: 'getschema', columns: [] };
        return {
          text: `mv-apply q = ${quoted(bag.name)} on (${random.pick(['summarize m = count()', 'top 1 by tostring(q)', 'where isnotnull(q)'])})`,
          columns: columns.filter((c) => c !== bag),
        };
      }
      case 19: {
        const axis = oneOf(['datetime', 'long', 'timespan', 'real']);
        if (!axis) return { text: 'serialize rn = row_number()', columns };
        const step = { datetime: '30d', timespan: '1d', long: '1000', real: '10.0' }[
          axis.type as 'datetime'
        ];
        const bounds = {
          datetime: 'from datetime(2023-01-01) to datetime(2024-12-31) ',
          timespan: 'from 0s to 30d ',
          long: 'from 0 to 20000 ',
          real: 'from 0.0 to 100.0 ',
        }[axis.type as 'datetime'];
        return {
          text: `make-series v = ${e.aggregate(columns)} default = ${random.pick(['0', 'real(null)', '1.5'])} on ${quoted(axis.name)} ${bounds}step ${step}`,
          columns: [],
        };
      }
      case 20: {
        const text = oneOf(['string']);
        if (!text) return { text: 'serialize', columns };
        return {
          text: `parse ${random.pick(['', 'kind=regex ', 'kind=relaxed '])}${quoted(text.name)} with ${random.pick(['* "a" pa: long *', 'pa "=" pb: real', '"k" pa: datetime * pb'])}`,
          columns,
        };
      }
      case 21:
        return {
          text: `serialize w = ${random.pick(['row_number()', `prev(${quoted(column().name)})`, `next(${quoted(column().name)}, 2)`, 'row_rank_dense(1)', 'row_cumsum(1.5)'])}`,
          columns,
        };
      case 22:
        return {
          text: `top-nested ${1 + random.int(3)} of ${quoted(column().name)} by ${e.aggregate(columns)}`,
          columns: [],
        };
      case 23:
        return {
          text: `top-hitters ${1 + random.int(4)} of ${quoted(column().name)}`,
          columns: [],
        };
      case 24: {
        const key = column();
        return {
          text: `partition by ${quoted(key.name)} (${random.pick(['take 1', 'count', `summarize x = ${e.aggregate(columns)}`])})`,
          columns: [],
        };
      }
      case 25:
        return { text: `search ${e.literal('string')}`, columns: [] };
      case 26:
        return {
          text: `evaluate ${random.pick(['narrow()', 'autocluster()', 'basket(0.3)', `pivot(${quoted(column().name)})`, `bag_unpack(${quoted((oneOf(['dynamic']) ?? column()).name)})`, 'schema_merge()'])}`,
          columns: [],
        };
      case 27:
        return {
          text: `project-${random.pick(['away', 'keep', 'reorder'])} ${quoted(column().name)}`,
          columns: [],
        };
      case 28: {
        const value = oneOf(['long', 'int', 'real']);
        return {
          text: `sort by ${quoted(column().name)} asc | scan declare (total: real = 0.0) with (step s1: true => total = s1.total + ${value ? `toreal(${quoted(value.name)})` : '1.0'};)`,
          columns,
        };
      }
      default:
        return {
          text: `as hint.materialized=true ${this.#name()} | where ${e.of('bool', columns, 2)}`,
          columns,
        };
    }
  }

  #damaged(text: string): string {
    const random = this.#random;
    const at = random.int(text.length);
    const length = random.int(12);
    switch (random.int(4)) {
      case 0:
        return text.slice(0, at) + text.slice(at + length);
      case 1:
        return text.slice(0, at) + text.slice(at, at + length) + text.slice(at);
      case 2:
        return text.slice(0, at);
      default:
        return `${text.slice(0, at)} ${random.pick(SCRAPS)} ${text.slice(at)}`;
    }
  }
}
