import type { HttpListenerSource } from '../../../../common/contract/stream.ts';
import type { StreamSourceKind } from '../../streams/stream-source.ts';
import { listen } from './listen.ts';
import { OTLP_COLUMNS } from './otlp.ts';

/** Posts of other programs on this machine. A table that is made for them is one of OpenTelemetry logs. */
export const httpListener: StreamSourceKind<HttpListenerSource> = {
  kind: 'http-listener',
  properties: () => ({}),
  columns: OTLP_COLUMNS,
  run: listen,
  browse: async () => [],
  peek: async () => [],
};
