import { z } from 'zod';
import { type MappedColumn, transformation } from '../../../common/contract/ingest.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { type Column, kqlTypeOf } from '../../../common/types/kql-type.ts';

const text = z.union([z.string(), z.number()]).transform(String);

/** Both spellings of an entry: the current one with `Properties`, and the older flat one. */
const entry = z
  .looseObject({
    column: z.string().optional(),
    Column: z.string().optional(),
    Name: z.string().optional(),
    datatype: z.string().nullish(),
    DataType: z.string().nullish(),
    Properties: z.record(z.string(), text).nullish(),
    path: z.string().nullish(),
    ordinal: text.nullish(),
    transform: z.string().nullish(),
  })
  .transform((raw) => {
    const lower = Object.fromEntries(
      Object.entries(raw.Properties ?? {}).map(([key, value]) => [key.toLowerCase(), value]),
    );
    return {
      name: raw.column ?? raw.Column ?? raw.Name,
      type: raw.datatype ?? raw.DataType ?? undefined,
      ordinal: lower.ordinal ?? raw.ordinal ?? undefined,
      path: lower.path ?? lower.field ?? raw.path ?? undefined,
      constant: lower.constvalue,
      transform: lower.transform ?? raw.transform ?? undefined,
    };
  });

function readJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (cause) {
    throw new AppError('input', 'bad_mapping', 'The mapping is not JSON.', {
      hints: [`For instance: '[{"column": "a", "Properties": {"Path": "$.a"}}]'`],
      cause,
    });
  }
}

/** The entries of a mapping as they were written. */
export function mappingEntries(json: string): readonly object[] {
  return z.array(z.looseObject({})).parse(readJson(json));
}

/**
 * Reads the JSON of an ingestion mapping (page "Ingestion mappings"). Columns without a type have that of the
 * column of this name in `known`, else they are strings.
 */
export function parseMapping(json: string, known: readonly Column[] = []): readonly MappedColumn[] {
  const raw = readJson(json);
  const parsed = z.array(entry).safeParse(raw);
  if (!parsed.success)
    throw new AppError('input', 'bad_mapping', 'The mapping is no list of columns.');
  return parsed.data.map((column) => {
    if (!column.name)
      throw new AppError('input', 'bad_mapping', 'An entry of the mapping names no column.');
    const type = kqlTypeOf(
      column.type ?? known.find(({ name }) => name === column.name)?.type ?? 'string',
    );
    if (!type)
      throw new AppError(
        'input',
        'bad_mapping',
        `The mapping gives ${column.name} the unknown type ${column.type}.`,
      );
    const transform = transformation.safeParse(column.transform);
    if (column.transform && column.transform !== 'None' && !transform.success)
      throw new AppError(
        'input',
        'bad_mapping',
        `The mapping's transform ${column.transform} is unknown.`,
      );
    return {
      name: column.name,
      type,
      ...(column.ordinal === undefined ? {} : { ordinal: Number(column.ordinal) }),
      ...(column.path === undefined ? {} : { path: column.path }),
      ...(column.constant === undefined ? {} : { constant: column.constant }),
      ...(transform.success ? { transform: transform.data } : {}),
    };
  });
}
