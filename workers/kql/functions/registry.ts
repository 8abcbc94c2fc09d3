import type { AggregateFunction, FunctionEntry, ScalarFunction, Unavailable } from './define.ts';
import { families } from './index.ts';

/** Everything that Calypso knows to compute, by name. A scalar and an aggregate may share one. */
const scalars = new Map<string, ScalarFunction>();
const aggregates = new Map<string, AggregateFunction>();
const unavailable = new Map<string, Unavailable>();

for (const entry of families.flat() as readonly FunctionEntry[]) {
  if (entry.kind === 'scalar') scalars.set(entry.name, entry);
  else if (entry.kind === 'aggregate') aggregates.set(entry.name, entry);
  else unavailable.set(entry.name, entry);
}

export const registry = {
  scalar: (name: string): ScalarFunction | undefined => scalars.get(name),
  aggregate: (name: string): AggregateFunction | undefined => aggregates.get(name),
  unavailable: (name: string): Unavailable | undefined => unavailable.get(name),
  scalars: (): readonly ScalarFunction[] => [...scalars.values()],
  aggregates: (): readonly AggregateFunction[] => [...aggregates.values()],
  unavailables: (): readonly Unavailable[] => [...unavailable.values()],
} as const;
