import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import type { Plan, StepRun } from '../plan/plan.ts';

/** A TypeScript function that the statement calls; the engine registers it before it runs. */
export interface JsFunctionUse {
  readonly sqlName: string;
  readonly name: string;
  readonly argTypes: readonly KqlType[];
  readonly returns: KqlType;
}

/** A piece of the plan with one executor, whose rows go to a table of the engine. */
export type Stage =
  | {
      readonly kind: 'sql';
      readonly table: string;
      readonly columns: readonly Column[];
      readonly sql: string;
    }
  | {
      readonly kind: 'step';
      readonly name: string;
      readonly table: string;
      readonly columns: readonly Column[];
      readonly inputs: readonly { readonly table: string; readonly columns: readonly Column[] }[];
      readonly run: StepRun;
    };

export interface Lowered {
  readonly stages: readonly Stage[];
  readonly sql: string;
  readonly columns: readonly Column[];
  /** A single statement whose rows come as they are found: no sort, no grouping, no step. */
  readonly streams: boolean;
  /** Rows that the plan can give, by its shape alone. */
  readonly mostRows: number;
  readonly functions: readonly JsFunctionUse[];
}

export interface LowerOptions {
  readonly now: bigint;
  /** Text that selects a table's columns, all of them, in order, from its snapshot. */
  readonly scan: (plan: Plan & { readonly op: 'scan' }) => string;
  /** A prefix that no other query uses, for tables between stages. */
  readonly prefix: string;
}
