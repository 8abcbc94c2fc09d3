import { fileURLToPath } from 'node:url';
import { pythonWithSdk } from '../../scripts/sdk/python.ts';
import { describeSuite, type Program } from './support/suite.ts';

const prepared = pythonWithSdk();

function program(name: string): Program | { readonly missing: string } {
  if ('missing' in prepared) return prepared;
  return {
    command: prepared.python,
    args: [fileURLToPath(new URL(`python/${name}`, import.meta.url))],
  };
}

describeSuite('azure-kusto-data and azure-kusto-ingest for Python', program('suite.py'), [
  'signs in with a token, a token provider, or an address',
  'reads every type, its extremes and its null',
  'passes parameters with their types',
  'runs management commands',
  'raises errors with their place in the text',
  'reads a million rows',
  'streams a result row by row',
  'gets partial results with an error when a limit is passed',
  'ends when its time is over',
  'is cancelled by another request',
  'streams CSV and JSON into a table',
  "says what it can't ingest",
]);

describeSuite('Kqlmagic', program('magic.py'), [
  'connects with the address alone',
  'gives a data frame',
  'shows errors',
]);
