import { beforeAll, describe, expect, it } from 'vitest';
import { type Kql, openKql } from '../support/kql.ts';

/*
 * The functions library of the documentation is made of user functions in plain KQL. These are short functions of
 * our own with the shapes that it uses; what they give is worked out by hand.
 */

let kql: Kql;
beforeAll(async () => {
  kql = await openKql();
});

const READINGS = `datatable(at:datetime, unit:string, level:real)[
  datetime(2024-05-01 00:00), 'a', 1.0,
  datetime(2024-05-01 00:10), 'a', 3.0,
  datetime(2024-05-01 01:30), 'a', 8.0,
  datetime(2024-05-01 00:05), 'b', 10.0,
  datetime(2024-05-01 00:20), 'b', 30.0]`;

const cases: readonly (readonly [name: string, query: string, rows: readonly string[][]])[] = [
  [
    'a scalar function over a built-in one, called per row',
    `let ways = (n:int, k:int) { gamma(n + 1) / (gamma(k + 1) * gamma(n - k + 1)) };
     range k from 0 to 3 step 1 | project toint(k), w = toint(round(ways(3, toint(k))))`,
    [
      ['0', '1'],
      ['1', '3'],
      ['2', '3'],
      ['3', '1'],
    ],
  ],
  [
    'columns by their names, groups by a column that may be missing',
    `let spread = (T:(*), value:string, group:string = '') {
       T | extend _v = column_ifexists(value, 0.0), _g = column_ifexists(group, 'all')
       | summarize lo = min(_v), hi = max(_v) by _g | project _g, width = hi - lo | sort by _g asc };
     ${READINGS} | invoke spread('level', 'unit')
     | union (${READINGS} | invoke spread('level')) | sort by _g asc`,
    [
      ['a', '7.0'],
      ['all', '29.0'],
      ['b', '20.0'],
    ],
  ],
  [
    'a column of truth found by its name, whose type only the call tells',
    `let Lamps = datatable(lamp:string, lit:bool)['hall', true, 'cellar', false, 'attic', true];
     let lit = (source:string, flag:string) {
       table(source) | extend on = column_ifexists(flag, '') | where (on)
       | summarize n = dcountif(lamp, (on)) };
     lit('Lamps', 'lit')`,
    [['2']],
  ],
  [
    'whole rows as arrays, an inner function over their elements',
    `let differing = (T:(*), id:string) {
       let unlike = (x:dynamic, y:dynamic) { toint(tostring(x) != tostring(y)) };
       let packed = T | project _id = column_ifexists(id, ''), cells = pack_array(*), k = 1;
       packed | join kind=inner packed on k | where strcmp(_id, _id1) < 0
       | mv-apply cells, cells1 on (summarize d = sum(unlike(cells, cells1)))
       | project _id, _id1, d };
     datatable(name:string, colour:string, wheels:int)['car','red',4, 'van','red',4, 'bike','blue',2]
     | invoke differing('name') | sort by _id asc, _id1 asc`,
    [
      ['bike', 'car', '3'],
      ['bike', 'van', '3'],
      ['car', 'van', '1'],
    ],
  ],
  [
    'columns whose names are arguments, unpacked inside of the function',
    `let thinned = (T:(*), series:string, target:string, every:int) {
       T | extend _s = column_ifexists(series, dynamic([]))
       | mv-apply _s to typeof(long) on (extend n = row_number() - 1 | where n % every == 0 | summarize _s = make_list(_s))
       | extend made = bag_pack(target, _s) | project-away _s | evaluate bag_unpack(made) };
     print values = dynamic([5, 6, 7, 8, 9]) | invoke thinned('values', 'few', 2) | project few`,
    [['[5,7,9]']],
  ],
  [
    'percentiles by interpolation: arrays taken apart, computed and put together again',
    `let between_ranks = (T:(*), value:string, wanted:dynamic) {
       T | extend _v = column_ifexists(value, 0.0) | order by _v asc | summarize v = make_list(_v)
       | extend top = array_length(v) - 1, p = wanted
       | mv-apply p to typeof(real) on (
           extend at = p / 100.0 * top
           | extend low = tolong(floor(at, 1)), high = tolong(ceiling(at))
           | extend q = todouble(v[low]) + (at - low) * (todouble(v[high]) - todouble(v[low]))
           | summarize q = make_list(q))
       | project q };
     ${READINGS} | invoke between_ranks('level', dynamic([0, 50, 75, 100]))`,
    [['[1.0,8.0,10.0,30.0]']],
  ],
  [
    'a rolling mean of irregular rows: partition, expanded rows, scan',
    `let rolling = (T:(*), moment:string, value:string, group:string, span:timespan) {
       T | extend t = column_ifexists(moment, datetime(null)), v = column_ifexists(value, 0.0), k = column_ifexists(group, '')
       | partition hint.strategy=native by k (
           extend t = pack_array(t, t + span), sign = dynamic([1, -1])
           | mv-expand t to typeof(datetime), sign to typeof(long)
           | sort by t asc, sign desc
           | scan declare (total:real = 0.0, n:long = 0) with (
               step s: true => total = s.total + sign * v, n = s.n + sign;)
           | where sign == 1 | project k, t, mean = total / n)
       | sort by k asc, t asc | project k, mean };
     ${READINGS} | invoke rolling('at', 'level', 'unit', 30m)`,
    [
      ['a', '1.0'],
      ['a', '2.0'],
      ['a', '8.0'],
      ['b', '10.0'],
      ['b', '20.0'],
    ],
  ],
  [
    'a counter that starts again: prev and row_cumsum over an array, the rate per second',
    `let rate = (T:(at:dynamic, value:dynamic)) {
       T | mv-apply value to typeof(real) on (
           extend lost = iff(value < prev(value), prev(value), 0.0)
           | extend value = value + row_cumsum(lost) | summarize value = make_list(value))
       | extend before = array_shift_right(at, 1), less = array_shift_right(value, 1)
       | project rate = series_divide(series_subtract(value, less), series_divide(series_subtract(at, before), 1e7)) };
     range i from 0 to 3 step 1
     | extend t = datetime(2024-01-01) + i * 10s, c = toreal(case(i == 2, 5, i == 3, 15, 10 + i * 10))
     | summarize at = make_list(t), value = make_list(c) | invoke rate()`,
    [['[null,1.0,0.5,1.0]']],
  ],
  [
    'a filter that a subquery makes',
    `let later = (series:dynamic, steps:int) {
       let taps = toscalar(range i from 0 to steps step 1 | summarize make_list(iff(i == steps, 1, 0)));
       series_fir(series, taps, false) };
     print y = dynamic([1, 2, 3, 4]) | project later(y, 2)`,
    [['[0.0,0.0,1.0,2.0]']],
  ],
  [
    'points that are taken out and filled from their neighbours',
    `let mended = (series:dynamic, bad:dynamic) {
       let holes = array_iff(series_not_equals(bad, 0), real(null), series);
       series_fill_linear(holes) };
     print mended(dynamic([1, 2, 60, 4]), dynamic([0, 0, 1, 0]))`,
    [['[1,2,3,4]']],
  ],
  [
    'smoothing with defaults for what is not given',
    `let smooth = (series:dynamic, weight:real = 0.5) {
       series_iir(series, pack_array(weight), pack_array(1, weight - 1)) };
     print smooth(dynamic([8, 0, 0])), smooth(dynamic([8, 0, 0]), 1.0)`,
    [['[4.0,2.0,1.0]', '[8.0,0.0,0.0]']],
  ],
  [
    'a table named within a partition and asked again',
    `let middle = (T:(*)) {
       T | extend _u = column_ifexists('unit', ''), _l = column_ifexists('level', 0.0)
       | partition by _u (as Part
           | where _l > toscalar(Part | summarize min(_l)) and _l < toscalar(Part | summarize max(_l))) };
     ${READINGS} | invoke middle() | project unit, level`,
    [['a', '3.0']],
  ],
  [
    'frequencies of pairs joined with those of their parts',
    `let lift = (T:(*), x_col:string, y_col:string) {
       let rows = materialize(T | extend a = column_ifexists(x_col, ''), b = column_ifexists(y_col, ''));
       let total = toscalar(rows | count);
       let pairs = rows | summarize both = count() by a, b;
       let ofA = pairs | summarize na = sum(both) by a;
       let ofB = pairs | summarize nb = sum(both) by b;
       pairs | join kind=leftouter ofA on a | join kind=leftouter ofB on b
       | project a, b, lift = 1.0 * both * total / (na * nb) | sort by a asc, b asc };
     datatable(x:string, y:string)['p','u', 'p','u', 'p','v', 'q','v'] | invoke lift('x', 'y')`,
    [
      ['p', 'u', '1.3333333333333333'],
      ['p', 'v', '0.6666666666666666'],
      ['q', 'v', '2.0'],
    ],
  ],
];

describe('functions in KQL, as libraries have them', () => {
  it.each(cases)('%s', async (_, query, rows) => {
    const answer = await kql.ask(query);
    expect(answer.text).toEqual(rows);
  });
});
