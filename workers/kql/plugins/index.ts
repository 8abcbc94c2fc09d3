import type { Plugin, UnavailablePlugin } from './define.ts';
import { lookupPlugins } from './lookup.ts';
import { outsidePlugins } from './outside.ts';
import { patternPlugins } from './patterns.ts';
import { neverPlugin } from './rows.ts';
import { sequencePlugins } from './sequences.ts';
import { shapingPlugins } from './shaping.ts';
import { textPatternPlugins } from './text-patterns.ts';
import { timelinePlugins } from './timeline.ts';

const AI = 'calls a language model in the cloud, which a query on this desk never does';
const SANDBOX = 'runs code of another language in the service’s sandbox; python runs here';
const DATABASES = 'other databases are connected in a later version';

/** One line per plugin. */
const definitions: readonly (Plugin | UnavailablePlugin)[] = [
  ...lookupPlugins,
  ...outsidePlugins,
  ...patternPlugins,
  ...textPatternPlugins,
  ...sequencePlugins,
  ...shapingPlugins,
  ...timelinePlugins,
  ...['ai_chat_completion', 'ai_chat_completion_prompt', 'ai_embed_text', 'ai_embeddings'].map(
    (name) => neverPlugin(name, AI),
  ),
  ...['csharp', 'r'].map((name) => neverPlugin(name, SANDBOX)),
  neverPlugin('azure_digital_twins_query_request', 'asks a service that exists in Azure only'),
  neverPlugin('dax_request', 'asks a semantic model of Power BI, a service in the cloud'),
  neverPlugin('external_datatable', 'internal to the service'),
  neverPlugin('identity_v3', 'a self-test of the service'),
  ...['cosmosdb_sql_request', 'mysql_request', 'postgresql_request', 'sql_request'].map(
    (name): UnavailablePlugin => ({ kind: 'later', name, reason: DATABASES }),
  ),
];

export const plugins: ReadonlyMap<string, Plugin | UnavailablePlugin> = new Map(
  definitions.map((p) => [p.name, p]),
);
