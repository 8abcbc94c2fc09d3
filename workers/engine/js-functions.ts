import { type DuckDBConnection, DuckDBScalarFunction } from '@duckdb/node-api';
import { AppError } from '../../common/errors/app-error.ts';
import type { JsFunctionUse } from '../kql/emit/lower.ts';
import type { Value } from '../kql/functions/define.ts';
import { registry } from '../kql/functions/registry.ts';
import { VALUES_TOO_LARGE } from './translate-error.ts';
import { shipUserAgentRules } from './user-agent-rules.ts';
import { ENGINE_TYPE, fromEngine, toEngine } from './values.ts';

/**
 * Registers the TypeScript forms of functions with DuckDB, once per signature. They are called per vector of
 * 2,048 rows, on this thread: 2 million rows per second for a simple one (docs/decisions/0030).
 */
export class JsFunctions {
  readonly #registered = new Set<string>();

  constructor() {
    shipUserAgentRules();
  }

  register(connection: DuckDBConnection, uses: readonly JsFunctionUse[]): void {
    for (const use of uses) {
      if (this.#registered.has(use.sqlName)) continue;
      connection.registerScalarFunction(make(use));
      this.#registered.add(use.sqlName);
    }
  }
}

/**
 * Characters that one call may make of 2,048 rows beyond twice what it was given. Nothing can stop a call while
 * it runs on this thread, so what would fill the memory (`range(1, 1000000)` for each row) ends here.
 */
const MAX_GROWTH = 256 * 1024 * 1024;

const tooLarge = (name: string): string =>
  `${name}() would make more than 256 MB of values for ${VALUES_TOO_LARGE}. Ask for fewer or smaller values, or for fewer rows.`;

function make(use: JsFunctionUse): DuckDBScalarFunction {
  const form = registry.scalar(use.name)?.js;
  if (!form) throw new AppError('internal', 'no_js_form', `${use.name} has no form in TypeScript.`);
  const width = use.argTypes.length;
  const keepText = new Set(form.text ?? []);
  const passNulls = form.nulls === 'pass';
  const nothing = use.returns === 'string' ? '' : null;
  return DuckDBScalarFunction.create({
    name: use.sqlName,
    returnType: ENGINE_TYPE[use.returns],
    parameterTypes: use.argTypes.map((t) => ENGINE_TYPE[t]),
    // DuckDB would answer NULL by itself for any NULL argument; the rule below decides instead.
    specialHandling: true,
    volatile: form.volatile === true,
    mainFunction: (_info, input, output) => {
      const rows = input.rowCount;
      const vectors = use.argTypes.map((_, i) => input.getColumnVector(i));
      const args: Value[] = new Array(width);
      let spare = MAX_GROWTH;
      for (let row = 0; row < rows; row++) {
        let hasNull = false;
        for (let i = 0; i < width; i++) {
          const type = use.argTypes[i] ?? 'dynamic';
          const item = vectors[i]?.getItem(row) ?? null;
          if (typeof item === 'string') spare += 2 * item.length;
          const value = fromEngine(item, type, keepText.has(i));
          if (value === null) hasNull = true;
          args[i] = value;
        }
        const result = hasNull && !passNulls ? nothing : form.call(args, use.argTypes, use.returns);
        const made = toEngine(result, use.returns);
        if (typeof made === 'string') spare -= made.length;
        if (spare < 0) throw new Error(tooLarge(use.name));
        output.setItem(row, made);
      }
      output.flush();
    },
  });
}
