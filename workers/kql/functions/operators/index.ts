import type { FunctionEntry } from '../define.ts';
import { access } from './access.ts';
import { arithmetic } from './arithmetic.ts';
import { comparisons } from './comparison.ts';
import { logic } from './logic.ts';
import { memberships } from './membership.ts';
import { textOperators } from './text.ts';

export const operators: readonly FunctionEntry[] = [
  ...arithmetic,
  ...comparisons,
  ...logic,
  ...textOperators,
  ...memberships,
  ...access,
];
