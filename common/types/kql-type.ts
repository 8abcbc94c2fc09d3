/** The ten scalar types of KQL (page "Scalar data types"). */
export const KQL_TYPES = [
  'bool',
  'int',
  'long',
  'real',
  'decimal',
  'string',
  'datetime',
  'timespan',
  'guid',
  'dynamic',
] as const;

export type KqlType = (typeof KQL_TYPES)[number];

export interface Column {
  readonly name: string;
  readonly type: KqlType;
  readonly docstring?: string | undefined;
}

export function isKqlType(text: string): text is KqlType {
  return (KQL_TYPES as readonly string[]).includes(text);
}

/** Other spellings that Kusto accepts for a type, as in `.create table T (a: int64)`. */
const SYNONYMS: Readonly<Record<string, KqlType>> = {
  boolean: 'bool',
  int32: 'int',
  int64: 'long',
  double: 'real',
  float: 'real',
  date: 'datetime',
  time: 'timespan',
  uuid: 'guid',
  uniqueid: 'guid',
  object: 'dynamic',
};

export function kqlTypeOf(text: string): KqlType | undefined {
  const name = text.trim().toLowerCase();
  return isKqlType(name) ? name : SYNONYMS[name];
}

/** The .NET type names that the Kusto REST API reports beside a KQL type (page "Query v2 HTTP response"). */
export const CLR_TYPE: Readonly<Record<KqlType, string>> = {
  bool: 'SByte',
  int: 'Int32',
  long: 'Int64',
  real: 'Double',
  decimal: 'SqlDecimal',
  string: 'String',
  datetime: 'DateTime',
  timespan: 'TimeSpan',
  guid: 'Guid',
  dynamic: 'Object',
};
