import type { FunctionInfo } from '../../../common/contract/schema.ts';
import { AppError, spanOf } from '../../../common/errors/app-error.ts';
import { nameReference } from '../../../common/text/kql-literal.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import { plugins } from '../plugins/index.ts';
import type { GlobalsCache } from '../syntax/globals.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { parse } from '../syntax/parse.ts';
import { tolerated } from '../syntax/tolerated.ts';

interface Request {
  readonly database: string;
  readonly function: FunctionInfo;
  /** The whole command; places in errors point into it. */
  readonly command: string;
}

/**
 * Binds a function's body with its parameters, as `.create function` does unless `skipvalidation` is said, and
 * refuses a function that calls itself, by way of others too. Says what columns it gives, if it gives a table.
 */
export function checkFunction(
  { database, function: definition, command }: Request,
  globals: GlobalsCache,
): { columns: Column[] } {
  const { name, parameters, body } = definition;
  const head = `let ${nameReference(name)} = `;
  const text = `${head}${parameters} ${body};\nprint 1`;
  const parsed = parse(text, database, globals);
  const declaration = parsed.root.list('Statements')[0]?.maybe('Expression');
  if (declaration) refuseCycles({ database, function: definition, command }, declaration, globals);
  const problem = parsed.diagnostics.find(
    (d) => d.severity === 'error' && !tolerated(d, parsed.root, (plugin) => plugins.has(plugin)),
  );
  if (problem) {
    const bodyAt = head.length + parameters.length + 1;
    const inBody = problem.span.start >= bodyAt;
    const part = inBody ? body : parameters;
    const at = command.lastIndexOf(part);
    const start = problem.span.start - (inBody ? bodyAt : head.length) + Math.max(0, at);
    throw new AppError('semantic', problem.code, problem.message, {
      span: at < 0 ? problem.span : spanOf(command, start, problem.span.length),
      hints: ['`with (skipvalidation=true)` keeps the function as it is.'],
    });
  }
  const type = declaration?.maybe('Body')?.maybe('Expression')?.resultType;
  return { columns: type?.kind === 'table' ? [...type.columns] : [] };
}

/** The stored functions that a text names. */
function calls(root: SyntaxNode): string[] {
  return [...root.walk()].flatMap((node) =>
    node.type === 'NameReference' && (node.symbol === undefined || node.symbol.kind === 'Function')
      ? [node.name]
      : [],
  );
}

function refuseCycles(
  { database, function: { name } }: Request,
  declaration: SyntaxNode,
  globals: GlobalsCache,
): void {
  const stored = globals.schema.databases.find((d) => d.name === database)?.functions ?? [];
  const seen = new Set<string>();
  const visit = (root: SyntaxNode, path: readonly string[]): void => {
    for (const called of calls(root)) {
      if (called === name)
        throw new AppError(
          'semantic',
          'recursion',
          `The function '${name}' would call itself: ${[...path, name].join(' → ')}. Functions can't be recursive.`,
        );
      const next = stored.find((f) => f.name === called);
      if (!next || seen.has(called)) continue;
      seen.add(called);
      const text = `let ${nameReference(called)} = ${next.parameters} ${next.body};\nprint 1`;
      visit(parse(text, database, globals).root, [...path, called]);
    }
  };
  visit(declaration, [name]);
}
