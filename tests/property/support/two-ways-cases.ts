import type { TestedType } from './values.ts';

export interface Case {
  /** In the registry. */
  readonly name: string;
  /** An expression over the columns c0, c1… */
  readonly kql: string;
  readonly types: readonly TestedType[];
}

type Types = readonly TestedType[];

const S: Types = ['string'];
const SS: Types = ['string', 'string'];
const LL: Types = ['long', 'long'];
const R: Types = ['real'];
const T: Types = ['datetime'];
const D: Types = ['dynamic'];

/** A function of columns, once for each list of types. */
const call = (names: string, ...lists: readonly Types[]): Case[] =>
  names.split(' ').flatMap((name) =>
    lists.map((types) => ({
      name,
      kql: `${name}(${types.map((_, i) => `c${i}`).join(', ')})`,
      types,
    })),
  );

/** A binary operator. */
const operator = (name: string, sign: string, ...lists: readonly Types[]): Case[] =>
  lists.map((types) => ({ name: `op_${name}`, kql: `c0 ${sign} c1`, types }));

const NUMBERS: readonly Types[] = [
  LL,
  ['long', 'real'],
  ['real', 'long'],
  ['real', 'real'],
  ['int', 'int'],
  ['int', 'long'],
];
const TIMES: readonly Types[] = [
  ['datetime', 'timespan'],
  ['timespan', 'timespan'],
];
const COMPARED: readonly Types[] = [
  ...NUMBERS,
  ['datetime', 'datetime'],
  ['timespan', 'timespan'],
  ['dynamic', 'long'],
  ['dynamic', 'real'],
];

export const CASES: readonly Case[] = [
  ...[
    ['EqualTilde', '=~'],
    ['BangTilde', '!~'],
    ['Has', 'has'],
    ['NotHas', '!has'],
    ['HasCs', 'has_cs'],
    ['NotHasCs', '!has_cs'],
    ['HasPrefix', 'hasprefix'],
    ['NotHasPrefix', '!hasprefix'],
    ['HasPrefixCs', 'hasprefix_cs'],
    ['NotHasPrefixCs', '!hasprefix_cs'],
    ['HasSuffix', 'hassuffix'],
    ['NotHasSuffix', '!hassuffix'],
    ['HasSuffixCs', 'hassuffix_cs'],
    ['NotHasSuffixCs', '!hassuffix_cs'],
    ['Contains', 'contains'],
    ['NotContains', '!contains'],
    ['ContainsCs', 'contains_cs'],
    ['NotContainsCs', '!contains_cs'],
    ['StartsWith', 'startswith'],
    ['NotStartsWith', '!startswith'],
    ['StartsWithCs', 'startswith_cs'],
    ['NotStartsWithCs', '!startswith_cs'],
    ['EndsWith', 'endswith'],
    ['NotEndsWith', '!endswith'],
    ['EndsWithCs', 'endswith_cs'],
    ['NotEndsWithCs', '!endswith_cs'],
  ].flatMap(([name = '', sign = '']) => operator(name, sign, SS)),
  ...operator('Has', 'has', ['dynamic', 'string']),
  ...operator('Contains', 'contains', ['dynamic', 'string']),
  ...[
    'Equal ==',
    'NotEqual !=',
    'LessThan <',
    'LessThanOrEqual <=',
    'GreaterThan >',
    'GreaterThanOrEqual >=',
  ].flatMap((pair) => {
    const [name = '', sign = ''] = pair.split(' ');
    return operator(name, sign, ...COMPARED);
  }),
  ...['Add +', 'Subtract -'].flatMap((pair) => {
    const [name = '', sign = ''] = pair.split(' ');
    return operator(name, sign, ...NUMBERS, ...TIMES);
  }),
  ...['Equal ==', 'NotEqual !='].flatMap((pair) => {
    const [name = '', sign = ''] = pair.split(' ');
    return operator(name, sign, SS, ['dynamic', 'string'], ['bool', 'bool']);
  }),
  ...operator('Multiply', '*', ...NUMBERS, ['timespan', 'long'], ['timespan', 'real']),
  ...operator('Divide', '/', ...NUMBERS, ['timespan', 'timespan'], ['timespan', 'long']),
  ...operator('Modulo', '%', ...NUMBERS, ['timespan', 'timespan']),
  ...operator('And', 'and', ['bool', 'bool']),
  ...operator('Or', 'or', ['bool', 'bool']),
  ...[LL, ['datetime', 'datetime'] as Types].flatMap((types): Case[] => {
    const three = [...types, types[1] ?? 'long'] as Types;
    return [
      { name: 'op_Between', kql: 'c0 between (c1 .. c2)', types: three },
      { name: 'op_NotBetween', kql: 'c0 !between (c1 .. c2)', types: three },
    ];
  }),
  { name: 'op_UnaryMinus', kql: '-c0', types: ['long'] },
  { name: 'op_UnaryMinus', kql: '-c0', types: ['real'] },
  { name: 'op_UnaryMinus', kql: '-c0', types: ['timespan'] },
  ...['In in', 'NotIn !in', 'InCs in~', 'NotInCs !in~'].flatMap((pair): Case[] => {
    const [name = '', sign = ''] = pair.split(' ');
    const own: Case[] = [
      { name: `op_${name}`, kql: `c0 ${sign} (c1, c2)`, types: ['string', 'string', 'string'] },
    ];
    if (!name.endsWith('Cs'))
      own.push({ name: `op_${name}`, kql: `c0 ${sign} (c1, c2)`, types: ['long', 'long', 'long'] });
    return own;
  }),
  { name: 'op_HasAny', kql: 'c0 has_any (c1, c2)', types: ['string', 'string', 'string'] },
  { name: 'op_HasAll', kql: 'c0 has_all (c1, c2)', types: ['string', 'string', 'string'] },
  { name: 'op_MatchRegex', kql: 'c0 matches regex @"[a-c]+\\d?"', types: S },
  { name: 'op_MatchRegex', kql: 'c0 matches regex @"^\\w+$"', types: S },
  { name: 'op_Element', kql: 'c0[c1]', types: ['dynamic', 'long'] },
  { name: 'op_Element', kql: 'c0[c1]', types: ['dynamic', 'string'] },
  { name: 'op_Member', kql: 'c0.a', types: D },
  ...call(
    'strlen string_size toupper tolower reverse isascii isutf8 isempty isnotempty notempty',
    S,
    D,
  ),
  ...call('strcat', SS),
  ...call(
    'strcat strcat_delim',
    ['string', 'long', 'bool'],
    ['string', 'timespan', 'real'],
    ['string', 'dynamic', 'datetime'],
  ),
  ...call('strcmp', SS),
  { name: 'strrep', kql: 'strrep(c0, c1 % 10)', types: ['string', 'long'] },
  { name: 'strrep', kql: 'strrep(c0, c1 % 10, c2)', types: ['string', 'long', 'string'] },
  ...call('substring', ['string', 'long'], ['string', 'long', 'long'], ['dynamic', 'long']),
  ...call('split', SS, ['string', 'string', 'long']),
  ...call('replace_string', ['string', 'string', 'string']),
  ...call('indexof', SS, ['string', 'string', 'long'], ['string', 'string', 'long', 'long']),
  ...call('countof', SS),
  ...['trim', 'trim_start', 'trim_end'].flatMap((name) => [
    { name, kql: `${name}("[a ]+", c0)`, types: S },
    { name, kql: `${name}(@"\\W+", c0)`, types: S },
  ]),
  ...['replace_regex', 'replace'].map((name) => ({
    name,
    kql:
      name === 'replace'
        ? `replace(@"(\\w)b", @"<\\1>", c0)`
        : `replace_regex(c0, @"(\\w)b", @"<\\1>")`,
    types: S,
  })),
  ...['extract'].flatMap((name) => [
    { name, kql: `${name}("([a-z])(.?)", 2, c0)`, types: S },
    { name, kql: `${name}("[a-z]+", 0, c0)`, types: S },
  ]),
  ...['extract_all', 'extractall'].map((name) => ({
    name,
    kql: `${name}("([a-z])(.?)", c0)`,
    types: S,
  })),
  ...['extract_json', 'extractjson'].map((name) => ({ name, kql: `${name}("$.a", c0)`, types: S })),
  ...call('isnull isnotnull notnull', ['long'], D, S),
  ...call(
    'sqrt log log2 log10 exp exp2 exp10 sin cos tan cot acos asin atan degrees radians isnan isinf isfinite sign abs ceiling round',
    R,
    ['long'],
  ),
  ...call('pow atan2', ['real', 'real'], LL),
  { name: 'pi', kql: 'pi() + c0', types: R },
  ...call('binary_and binary_or binary_xor binary_shift_left binary_shift_right', LL),
  ...call('binary_not bitset_count_ones', ['long']),
  ...call('tohex', ['long'], ['int'], ['long', 'int']).map((c) =>
    c.types.length > 1 ? { ...c, kql: 'tohex(c0, c1 % 20)' } : c,
  ),
  ...call(
    'dayofweek dayofmonth dayofyear hourofday monthofyear getmonth getyear week_of_year weekofyear',
    T,
  ),
  ...call(
    'startofday startofweek startofmonth startofyear endofday endofweek endofmonth endofyear',
    T,
  ).flatMap((c) => [
    c,
    { ...c, kql: c.kql.replace('(c0)', '(c0, c1 % 1000)'), types: ['datetime', 'long'] as Types },
  ]),
  ...[
    'year',
    'quarter',
    'month',
    'week_of_year',
    'day',
    'dayOfYear',
    'hour',
    'minute',
    'second',
    'millisecond',
    'microsecond',
    'nanosecond',
  ].flatMap((unit): Case[] => [
    {
      name: unit === 'hour' ? 'datepart' : 'datetime_part',
      kql: `${unit === 'hour' ? 'datepart' : 'datetime_part'}("${unit}", c0)`,
      types: T,
    },
  ]),
  ...[
    'year',
    'quarter',
    'month',
    'week',
    'day',
    'hour',
    'minute',
    'second',
    'millisecond',
    'microsecond',
    'nanosecond',
  ].flatMap((unit): Case[] => [
    {
      name: 'datetime_add',
      kql: `datetime_add("${unit}", c1 % 5000, c0)`,
      types: ['datetime', 'long'],
    },
    {
      name: 'datetime_diff',
      kql: `datetime_diff("${unit}", c0, c1)`,
      types: ['datetime', 'datetime'],
    },
  ]),
  ...call(
    'bin floor',
    LL,
    ['real', 'real'],
    ['long', 'real'],
    ['datetime', 'timespan'],
    ['timespan', 'timespan'],
    ['int', 'int'],
  ),
  ...call(
    'bin_at',
    ['long', 'long', 'long'],
    ['real', 'real', 'real'],
    ['datetime', 'timespan', 'datetime'],
    ['timespan', 'timespan', 'timespan'],
  ),
  {
    name: 'make_datetime',
    kql: 'make_datetime(c0 % 12000, c1 % 14, c2 % 33)',
    types: ['long', 'long', 'long'],
  },
  {
    name: 'make_datetime',
    kql: 'make_datetime(2000, 2, 29, c0 % 26, c1 % 62, c2)',
    types: ['long', 'long', 'real'],
  },
  { name: 'make_timespan', kql: 'make_timespan(c0 % 26, c1 % 62)', types: LL },
  {
    name: 'make_timespan',
    kql: 'make_timespan(c0 % 26, c1 % 62, c2)',
    types: ['long', 'long', 'real'],
  },
  {
    name: 'make_timespan',
    kql: 'make_timespan(c0, c1 % 26, 5, c2)',
    types: ['long', 'long', 'real'],
  },
  ...call(
    'unixtime_seconds_todatetime unixtime_milliseconds_todatetime unixtime_microseconds_todatetime unixtime_nanoseconds_todatetime',
    ['long'],
    R,
  ),
  ...call('format_datetime', T).map((c) => ({
    ...c,
    kql: "format_datetime(c0, 'yy-MM-dd [HH:mm:ss.fffffff] h tt')",
  })),
  ...call('format_timespan', ['timespan']).map((c) => ({
    ...c,
    kql: "format_timespan(c0, 'ddd.hh:mm:ss [FFFFFFF]')",
  })),
  ...[
    'tostring',
    'tolong',
    'toint',
    'toreal',
    'todouble',
    'todecimal',
    'tobool',
    'toboolean',
    'todatetime',
    'totimespan',
    'totime',
    'toguid',
    'todynamic',
    'toobject',
    'gettype',
  ].flatMap((name) =>
    call(
      name,
      S,
      D,
      ...(/guid|dynamic|object|datetime|time/.test(name)
        ? []
        : [['long'] as Types, R, ['int'] as Types, ['bool'] as Types]),
    ),
  ),
  ...call('tostring', T, ['timespan']),
  ...call('parse_json parsejson', S),
  ...call('array_length arraylength bag_keys', D),
  ...call('pack_array', ['long', 'string', 'real'], ['dynamic', 'bool', 'datetime']),
  ...['bag_pack', 'pack', 'pack_dictionary'].map(
    (name): Case => ({ name, kql: `${name}("k", c0, "l", c1)`, types: ['dynamic', 'real'] }),
  ),
  ...call('base64_encode_tostring base64_encodestring', S),
  { name: 'repeat', kql: 'repeat(c0, c1 % 10)', types: ['long', 'long'] },
  ...call(
    'iff iif',
    ['bool', 'long', 'real'],
    ['bool', 'string', 'string'],
    ['bool', 'dynamic', 'dynamic'],
  ),
  ...call('case', ['bool', 'long', 'bool', 'long', 'long']),
  ...call('coalesce max_of min_of', ['long', 'long', 'long'], ['real', 'real']),
  ...call('coalesce', ['string', 'string', 'string'], ['dynamic', 'dynamic']),
  ...call('max_of min_of', ['datetime', 'datetime'], ['timespan', 'timespan']),
  ...call('not', ['bool']),
];
