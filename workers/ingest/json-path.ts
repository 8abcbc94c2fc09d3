import { AppError } from '../../common/errors/app-error.ts';

/** Steps below the record: property names and array indexes. Empty: the whole record. */
export type JsonPath = readonly (string | number)[];

const STEP = /^(?:\.?\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\d+))\]|\.([^.[\]]+))/;

/** Reads `$`, `$.a.b`, `$['a b'][0]`, `$.['a']`; a text without `$` is one property (page "Ingestion mappings"). */
export function parseJsonPath(text: string): JsonPath {
  if (!text.startsWith('$')) return [text];
  const steps: (string | number)[] = [];
  let rest = text.slice(1);
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (!match)
      throw new AppError('input', 'bad_path', `${text} is no JSONPath that a mapping can use.`, {
        hints: ["Use $.name, $['a name'], $.list[0] or a chain of them."],
      });
    const [whole, single, double, index, plain] = match;
    steps.push(index === undefined ? unescapeName(single ?? double ?? plain ?? '') : Number(index));
    rest = rest.slice(whole.length);
  }
  return steps;
}

function unescapeName(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}

export function formatJsonPath(path: JsonPath): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return /^[A-Za-z_][\w]*$/.test(step) ? `.${step}` : `['${step.replace(/[\\']/g, '\\$&')}']`;
  });
  return `$${steps.join('')}`;
}

/** The path as DuckDB's JSON functions read it. Names are quoted, so that a `*` in one stays a name. */
export function duckdbJsonPath(path: JsonPath): string {
  const steps = path.map((step) =>
    typeof step === 'number' ? `[${step}]` : `."${step.replace(/[\\"]/g, '\\$&')}"`,
  );
  return `$${steps.join('')}`;
}
