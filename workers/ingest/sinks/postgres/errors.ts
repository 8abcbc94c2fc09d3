import { DatabaseError } from 'pg';
import { AppError } from '../../../../common/errors/app-error.ts';

/**
 * Classes of SQLSTATE after which the same statement may go well: connection, insufficient resources, operator
 * intervention, system error, transaction rollback (PostgreSQL, appendix A).
 */
const MAY_PASS = /^(?:08|53|57|58|40)/;

export function translated(error: unknown, what: string): AppError {
  if (error instanceof AppError) return error;
  const message = `${what}: ${error instanceof Error ? error.message : String(error)}`;
  const code = error instanceof DatabaseError ? error.code : undefined;
  if (code === undefined || MAY_PASS.test(code))
    return new AppError('source', 'postgres_unavailable', message, { cause: error });
  return new AppError('input', 'postgres_refused', message, { cause: error });
}
