import type { Column } from '../../../common/types/kql-type.ts';
import { kusto, listOf, type RawSymbol, toArray } from './library.ts';

interface DocumentedPlugin {
  readonly name: string;
  /** As of a function's declaration. */
  readonly parameters: string;
  readonly columns: readonly Column[];
}

/** Plugins of the documentation that Kusto.Language has no symbol for. */
const DOCUMENTED: readonly DocumentedPlugin[] = [
  {
    name: 'diffpatterns_text',
    parameters:
      '(TextColumn: string, BooleanCondition: bool, MinTokens: long = 1, Threshold: real = 0.05, MaxTokens: long = 20)',
    columns: [
      { name: 'Count_of_True', type: 'long' },
      { name: 'Count_of_False', type: 'long' },
      { name: 'Percent_of_True', type: 'real' },
      { name: 'Percent_of_False', type: 'real' },
      { name: 'Pattern', type: 'string' },
    ],
  },
];

/** All plugins, ours as functions whose empty table says what columns they answer with. */
export function allPlugins(): unknown {
  const own = DOCUMENTED.map(({ name, parameters, columns }) => {
    const schema = columns.map((c) => `${c.name}: ${c.type}`).join(', ');
    const ctor = kusto.Symbols.FunctionSymbol.$ctor16;
    if (!ctor) throw new TypeError('Kusto.Language has no constructor for functions');
    return new ctor(name, parameters, `{ datatable(${schema})[] }`, '');
  });
  return listOf(kusto.Symbols.FunctionSymbol, [...toArray<RawSymbol>(kusto.PlugIns.All), ...own]);
}
