import { AppError } from '../../../common/errors/app-error.ts';
import type { Value } from '../functions/define.ts';
import type { Expr } from '../plan/plan.ts';
import { evaluator } from './evaluator.ts';

const notConstant = (): never => {
  throw new AppError('unsupported', 'not_constant', 'It depends on a row.');
};

/** The value of an expression of constants alone, where TypeScript can find it; undefined for all others. */
export function foldedValue(expr: Expr): Value | undefined {
  try {
    return evaluator<undefined>(expr, notConstant)(undefined);
  } catch (error) {
    if (error instanceof AppError && error.kind === 'unsupported') return undefined;
    throw error;
  }
}
