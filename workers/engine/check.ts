import type { Diagnostic } from '../../common/contract/values.ts';
import { AppError, type Span } from '../../common/errors/app-error.ts';
import { ticksOfUnixMillis } from '../../common/types/ticks.ts';
import { parseCommand } from '../kql/commands/parse-command.ts';
import { compile } from '../kql/compile.ts';
import { constantSql } from '../kql/emit/constant.ts';
import { Lowering } from '../kql/emit/lower.ts';
import { planText } from '../kql/plan/print.ts';
import { DataNeeded } from '../kql/plugins/define.ts';
import type { GlobalsCache } from '../kql/syntax/globals.ts';
import { parse } from '../kql/syntax/parse.ts';
import { columnName } from './results.ts';

const NOWHERE: Span = { start: 0, length: 0, line: 1, column: 1 };

function diagnosticOf(error: AppError): Diagnostic {
  return {
    severity: 'error',
    code: error.code,
    message: error.message,
    span: error.span ?? NOWHERE,
  };
}

function compileText(text: string, database: string, globals: GlobalsCache) {
  const now = ticksOfUnixMillis(Date.now());
  const compiled = compile(text, globals, { database, now, parameters: {} });
  const lowered = compiled.results.map((result, i) =>
    new Lowering({
      now,
      prefix: `stage_${i + 1}`,
      // No snapshot is taken: a table stands for itself, without rows.
      scan: (scan) => {
        const list = scan.columns.map(
          (c, at) => `${constantSql(null, c.type).text} AS ${columnName(at)}`,
        );
        return `SELECT ${list.join(', ') || '1'} WHERE false /* ${scan.table.replaceAll('*/', '* /')} */`;
      },
    }).finish(result.plan),
  );
  return { compiled, lowered };
}

/**
 * What a run would say of a text, as values: Kusto.Language's findings, and where these leave no error, those
 * of our own planner ("not implemented in Calypso: …").
 */
export function checkText(text: string, database: string, globals: GlobalsCache): Diagnostic[] {
  try {
    if (/^\s*\./.test(text)) return [...parseCommand(text, database, globals).diagnostics];
    const parsed = parse(text, database, globals);
    const found = [...parsed.diagnostics];
    if (parsed.kind !== 'Query' || found.some((d) => d.severity === 'error')) return found;
    try {
      const { compiled } = compileText(text, database, globals);
      return [...compiled.warnings];
    } catch (error) {
      // A plugin whose columns depend on data can only be planned when it runs; a parameter has no value yet.
      if (error instanceof DataNeeded) return found;
      if (!(error instanceof AppError) || error.kind === 'internal') return found;
      if (error.code === 'parameter_missing' || error.code === 'no_query') return found;
      return [...found, diagnosticOf(error)];
    }
  } catch (error) {
    return error instanceof AppError ? [diagnosticOf(error)] : [];
  }
}

/** The plan and the statements of a text, for people who want to know how it will run. */
export function explainText(
  text: string,
  database: string,
  globals: GlobalsCache,
): { plan: string; sql: string } {
  const { compiled, lowered } = compileText(text, database, globals);
  const plan = compiled.results.map((r) => `${r.name}\n${planText(r.plan, 1)}`).join('\n\n');
  const statements = lowered.flatMap((l) => [
    ...l.stages.map((stage) =>
      stage.kind === 'sql'
        ? `-- ${stage.table}\n${stage.sql}`
        : `-- ${stage.table}: ${stage.name}, in TypeScript, over ${stage.inputs.map((i) => i.table).join(', ')}`,
    ),
    l.sql,
  ]);
  return { plan, sql: statements.join(';\n\n') };
}
