import type { CoverageInfo, CoverageSection } from '../../common/contract/worker.ts';
import { specialForms } from './bind/special-forms.ts';
import { windowFunctions } from './bind/window-functions.ts';
import { registry } from './functions/registry.ts';
import { operators } from './operators/index.ts';
import { manyResults } from './operators/many-results.ts';
import { plugins } from './plugins/index.ts';
import { languageNames } from './syntax/names.ts';

/** Functions that the planner opens by itself: sources of tables, and what is said of a graph's paths. */
const PLACED: ReadonlySet<string> = new Set([
  'entity_group',
  'all',
  'any',
  'cluster',
  'database',
  'external_table',
  'inner_nodes',
  'labels',
  'map',
  'materialized_view',
  'node_degree_in',
  'node_degree_out',
  'stored_query_result',
  'table',
]);

type State = true | { readonly reason: string } | undefined;

/** Sorts Kusto.Language's own list of names by what Calypso knows of each. */
function section(names: readonly string[], stateOf: (name: string) => State): CoverageSection {
  const implemented: string[] = [];
  const meaningless: Record<string, string> = {};
  const missing: string[] = [];
  for (const name of [...new Set(names)].sort()) {
    const state = stateOf(name);
    if (state === true) implemented.push(name);
    else if (state) meaningless[name] = state.reason;
    else missing.push(name);
  }
  return { implemented, meaningless, missing };
}

function never(entry: { readonly kind: string; readonly reason: string } | undefined): State {
  return entry?.kind === 'never' ? { reason: entry.reason } : undefined;
}

/** What of KQL works, from the registries that the planner really uses. */
export function coverage(): CoverageInfo {
  const names = languageNames();
  return {
    operators: section([...names.operators.keys()], (name) => {
      const syntax = names.operators.get(name) ?? '';
      return operators.has(syntax) || syntax in manyResults ? true : undefined;
    }),
    functions: section(names.functions, (name) => {
      if (registry.scalar(name) || windowFunctions.has(name) || name in specialForms) return true;
      if (PLACED.has(name)) return true;
      return never(registry.unavailable(name));
    }),
    aggregates: section(names.aggregates, (name) =>
      registry.aggregate(name) ? true : never(registry.unavailable(name)),
    ),
    plugins: section(names.plugins, (name) => {
      const plugin = plugins.get(name);
      if (plugin?.kind === 'plugin') return true;
      // Without a meaning here, or waiting for connections to databases: the reason says which.
      return plugin && { reason: plugin.reason };
    }),
    commands: section(names.commands, () => undefined),
  };
}
