import type { MappedColumn } from '../../../../common/contract/ingest.ts';
import type { SyslogSource } from '../../../../common/contract/stream.ts';
import type { StreamSourceKind } from '../../streams/stream-source.ts';
import { listen } from './listen.ts';

const COLUMNS: readonly MappedColumn[] = [
  { name: 'Timestamp', type: 'datetime', path: '$.Timestamp' },
  { name: 'Facility', type: 'string', path: '$.Facility' },
  { name: 'Severity', type: 'string', path: '$.Severity' },
  { name: 'SeverityNumber', type: 'int', path: '$.SeverityNumber' },
  { name: 'HostName', type: 'string', path: '$.HostName' },
  { name: 'AppName', type: 'string', path: '$.AppName' },
  { name: 'ProcId', type: 'string', path: '$.ProcId' },
  { name: 'MsgId', type: 'string', path: '$.MsgId' },
  { name: 'StructuredData', type: 'dynamic', path: '$.StructuredData' },
  { name: 'Message', type: 'string', path: '$.Message' },
  { name: 'Sender', type: 'string', path: '@sender' },
];

/** Syslog messages by UDP and TCP. */
export const syslog: StreamSourceKind<SyslogSource> = {
  kind: 'syslog',
  properties: () => ({}),
  columns: COLUMNS,
  run: listen,
  browse: async () => [],
  peek: async () => [],
};
