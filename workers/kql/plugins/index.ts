import type { Plugin, UnavailablePlugin } from './define.ts';
import { lookupPlugins } from './lookup.ts';
import { patternPlugins } from './patterns.ts';
import { neverPlugin } from './rows.ts';
import { sequencePlugins } from './sequences.ts';
import { shapingPlugins } from './shaping.ts';
import { timelinePlugins } from './timeline.ts';

const REMOTE = 'calls another service over the network, which a query on this desk never does';
const SANDBOX = 'runs code of another language in the service’s sandbox';

/** One line per plugin. */
const definitions: readonly (Plugin | UnavailablePlugin)[] = [
  ...lookupPlugins,
  ...patternPlugins,
  ...sequencePlugins,
  ...shapingPlugins,
  ...timelinePlugins,
  ...[
    'ai_chat_completion',
    'ai_chat_completion_prompt',
    'ai_embed_text',
    'ai_embeddings',
    'azure_digital_twins_query_request',
    'cosmosdb_sql_request',
    'dax_request',
    'execute_query',
    'execute_show_command',
    'http_request',
    'http_request_post',
    'mysql_request',
    'postgresql_request',
    'sql_request',
  ].map((name) => neverPlugin(name, REMOTE)),
  ...['csharp', 'python', 'r'].map((name) => neverPlugin(name, SANDBOX)),
  neverPlugin('external_datatable', 'internal to the service'),
  neverPlugin('identity_v3', 'a self-test of the service'),
  {
    kind: 'later',
    name: 'infer_storage_schema',
    reason: 'use the import wizard to infer the schema of files',
  },
  {
    kind: 'later',
    name: 'infer_storage_schema_with_suggestions',
    reason: 'use the import wizard to infer the schema of files',
  },
];

export const plugins: ReadonlyMap<string, Plugin | UnavailablePlugin> = new Map(
  definitions.map((p) => [p.name, p]),
);
