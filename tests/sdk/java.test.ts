import { fileURLToPath } from 'node:url';
import { javaWithSdk } from '../../scripts/sdk/java.ts';
import { describeSuite } from './support/suite.ts';

const prepared = javaWithSdk();

describeSuite(
  'azure-kusto-data for Java',
  'missing' in prepared
    ? prepared
    : {
        command: 'java',
        args: [
          '-Xmx2g',
          '-cp',
          prepared.classPath,
          'Suite',
          fileURLToPath(new URL('every-type.kql', import.meta.url)),
        ],
      },
  [
    'connects with the token in the address',
    'reads every type, its extremes and its null',
    'passes parameters with their types',
    'runs management commands',
    'raises errors with their place in the text',
    'reads a million rows',
    'streams a result',
    'gets an error when a limit is passed',
    'ends when its time is over',
    'is cancelled by another request',
    'streams CSV and JSON into a table',
  ],
);
