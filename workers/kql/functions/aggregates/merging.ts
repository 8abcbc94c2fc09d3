import { type Dynamic, type FunctionEntry, scalar } from '../define.ts';
import { isArray, isBag, printDynamic, setKey } from '../value/dynamic.ts';

/** The first value of each key wins; what is no bag is skipped (page "make_bag"). */
export function mergeBags(bags: readonly Dynamic[], most: number): Dynamic {
  const merged: { [key: string]: Dynamic } = {};
  let n = 0;
  for (const bag of bags) {
    if (!isBag(bag)) continue;
    for (const [key, value] of Object.entries(bag)) {
      if (Object.hasOwn(merged, key)) continue;
      if (n++ >= most) return merged;
      setKey(merged, key, value);
    }
  }
  return merged;
}

const INDEXER = '`indexer`';

/** What is known of one place in the documents: names of primitive types, and one container. */
class Place {
  private readonly primitives = new Set<string>();
  private container: Map<string, Place> | undefined;

  add(value: Dynamic): void {
    if (isArray(value)) {
      this.container ??= new Map();
      for (const item of value) this.child(INDEXER).add(item);
    } else if (isBag(value)) {
      this.container ??= new Map();
      for (const [key, item] of Object.entries(value)) this.child(key).add(item);
    } else if (value !== null) {
      this.primitives.add(primitiveName(value));
    }
  }

  private child(key: string): Place {
    this.container ??= new Map();
    let place = this.container.get(key);
    if (!place) {
      place = new Place();
      this.container.set(key, place);
    }
    return place;
  }

  schema(): Dynamic {
    const types: Dynamic[] = [...this.primitives].sort();
    if (this.container) {
      const bag: { [key: string]: Dynamic } = {};
      for (const [key, place] of this.container) setKey(bag, key, place.schema());
      types.push(bag);
    }
    if (types.length === 1) return types[0] ?? null;
    return types.length === 0 ? null : types;
  }
}

/** Kusto's names of JSON's primitives (page "buildschema", section "Schema model"). */
function primitiveName(value: Exclude<Dynamic, null>): string {
  switch (typeof value) {
    case 'bigint':
      return 'long';
    case 'number':
      return 'double';
    case 'boolean':
      return 'bool';
    default:
      return stringName(String(value));
  }
}

const DATETIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;
const TIMESPAN = /^-?(\d+\.)?\d{2}:\d{2}:\d{2}(\.\d+)?$/;

function stringName(text: string): string {
  if (DATETIME.test(text)) return 'datetime';
  return TIMESPAN.test(text) ? 'timespan' : 'string';
}

export function schemaOf(documents: readonly Dynamic[]): Dynamic {
  const root = new Place();
  // In the order of their text: the rows come in any order, the answer should not.
  const sorted = documents
    .map((value) => ({ value, text: printDynamic(value) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  for (const { value } of sorted) root.add(value);
  return root.schema();
}

const list = (value: Dynamic | undefined): readonly Dynamic[] => (isArray(value) ? value : []);

export const merging: readonly FunctionEntry[] = [
  scalar(
    '__merge_bags',
    { js: { call: ([bags, most]) => mergeBags(list(bags), Number(most)) } },
    [],
  ),
  scalar('__schema_of', { js: { call: ([documents]) => schemaOf(list(documents)) } }, []),
];
