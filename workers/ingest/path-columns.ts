import { resolve, sep } from 'node:path';
import type { StoredColumn } from '../../common/contract/store.ts';
import type { Column, KqlType } from '../../common/types/kql-type.ts';
import { literal } from '../store/quote.ts';
import { decoded } from './external/path-format.ts';
import type { InPlace, Layout, LayoutField } from './formats/format.ts';
import { formatJsonPath } from './json-path.ts';
import type { Relation, SourceValue } from './relation.ts';

/** Column of a moment whose year, month and day are folders of their own. */
export const PATH_DATE = 'PathDate';

type Values = ReadonlyMap<string, string>;

/**
 * Layouts whose files lie in folders that say something of their rows: `region=north`, as Hive and Spark write them,
 * and `2024/03/01`, as exports by day do. What all files below a folder or glob have in their path is a column of
 * each; a column of the files themselves wins. Files that were named one by one have none.
 */
export function withPathColumns(
  layouts: readonly Layout[],
  paths: readonly string[],
): readonly Layout[] {
  const roots = paths.map(rootOf);
  const values = layouts.map((layout) => pathValues(below(layout.file.path, roots)));
  const own = new Set(layouts.flatMap((l) => l.fields.map((f) => f.name.toLowerCase())));
  const names = [...(values[0]?.keys() ?? [])].filter(
    (name) => values.every((v) => v.has(name)) && !own.has(name.toLowerCase()),
  );
  if (names.length === 0) return layouts;
  const columns = names.map(
    (name): Column => ({ name, type: typeOf(name, new Set(values.map((v) => v.get(name) ?? ''))) }),
  );
  return layouts.map((layout, i) =>
    withValues(layout, columns, new Map(names.map((name) => [name, values[i]?.get(name) ?? '']))),
  );
}

/** The folder that a path or glob begins with, ending with a separator. */
function rootOf(path: string): string {
  const glob = path.search(/[*?[{]/);
  const plain = glob < 0 ? path : path.slice(0, path.slice(0, glob).search(/[^/\\]*$/));
  const root = resolve(plain === '' ? '.' : plain);
  return root.endsWith(sep) ? root : root + sep;
}

/** Folders of a file below the root that it was found in. */
function below(path: string, roots: readonly string[]): readonly string[] {
  const root = roots.find((r) => path.startsWith(r));
  return root === undefined ? [] : path.slice(root.length).split(/[/\\]/).slice(0, -1);
}

/** Values of the folders of a path; a date as `yyyy-MM-dd HH:mm:ss`. */
export function pathValues(folders: readonly string[]): Values {
  const values = new Map<string, string>();
  for (const folder of folders) {
    const at = folder.indexOf('=');
    if (at > 0) values.set(decoded(folder.slice(0, at)), decoded(folder.slice(at + 1)));
  }
  const date = /(?:^|\/)(\d{4})\/(\d{2})\/(\d{2})(?:\/(\d{2})(?:\/(\d{2}))?)?(?:\/|$)/.exec(
    folders.join('/'),
  );
  if (date) {
    const [, year = '', month = '', day = '', hour = '00', minute = '00'] = date;
    const text = `${year}-${month}-${day} ${hour}:${minute}:00`;
    if (!Number.isNaN(Date.parse(`${text.replace(' ', 'T')}Z`))) values.set(PATH_DATE, text);
  }
  return values;
}

/** Of values that differ in kind, string; a missing one is of every type. */
function typeOf(name: string, values: ReadonlySet<string>): KqlType {
  if (name === PATH_DATE) return 'datetime';
  const there = [...values].filter((v) => v !== '');
  if (there.length === 0) return 'string';
  // Numbers that begin with 0 are codes, months or days, and sort as texts.
  if (there.every((v) => /^-?(0|[1-9]\d{0,17})$/.test(v))) return 'long';
  return there.every((v) => /^\d{4}-\d{2}-\d{2}$/.test(v)) ? 'datetime' : 'string';
}

function withValues(layout: Layout, columns: readonly Column[], values: Values): Layout {
  const count = layout.fields.length;
  const named = layout.fields.some((f) => f.path !== undefined);
  const added = columns.map(
    ({ name, type }): LayoutField => ({
      name,
      type,
      ...(named ? { path: formatJsonPath([name]) } : {}),
    }),
  );
  const { inPlace, repaired } = layout;
  const texts = [...values.values()];
  return {
    ...layout,
    fields: [...layout.fields, ...added],
    rows: layout.rows.map((row) => [...row, ...texts]),
    likeness: JSON.stringify([layout.likeness, [...values]]),
    open: async (files, options, context) =>
      withConstants(await layout.open(files, options, context), count, values),
    ...(repaired ? { repaired: () => withValues(repaired(), columns, values) } : {}),
    ...(inPlace
      ? {
          inPlace: async (context): Promise<InPlace> => {
            const place = await inPlace(context);
            const constants = added.map(
              ({ name, type }): StoredColumn => ({
                column: name,
                field: '',
                type,
                storage: 'TEXT',
                mayBeNull: false,
                constant: values.get(name) ?? '',
              }),
            );
            return { ...place, columns: [...place.columns, ...constants] };
          },
        }
      : {}),
  };
}

function withConstants(relation: Relation, count: number, values: Values): Relation {
  const constant = (text: string): SourceValue => ({
    sql: `CAST(${literal(text)} AS VARCHAR)`,
    storage: 'TEXT',
  });
  const texts = [...values.values()];
  return {
    ...relation,
    field: (ordinal) => {
      const text = texts[ordinal - count];
      return ordinal >= count && text !== undefined ? constant(text) : relation.field(ordinal);
    },
    path: (path) => {
      const [name] = path;
      const text = path.length === 1 && typeof name === 'string' ? values.get(name) : undefined;
      return text === undefined ? relation.path(path) : constant(text);
    },
  };
}
