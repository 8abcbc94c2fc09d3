import { z } from 'zod';
import { type AlertDefinition, alertDefinition } from '../../../common/contract/alerts.ts';
import { externalTable } from '../../../common/contract/external.ts';
import { type PipelineDefinition, pipelineDefinition } from '../../../common/contract/pipelines.ts';
import { type SyncDefinition, syncDefinition } from '../../../common/contract/storage.ts';
import { type StreamDefinition, streamDefinition } from '../../../common/contract/stream.ts';
import { column } from '../../../common/contract/values.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { HostContext } from '../context.ts';
import { shownPath } from '../definitions/read-definition.ts';
import { secretPaths, withoutPaths } from '../definitions/secret-fields.ts';
import { listExternalTables, putExternalTable } from '../external/external-tables.ts';
import { sealUris } from '../external/sealed-uris.ts';
import { secretOf } from '../pipelines/destinations/sink.ts';
import { queueSecret, syncSecret } from '../storage/sync-entry.ts';
import { sourceOf } from '../streams/run-state.ts';
import type { ConfigItem, ConfigSection } from './config-item.ts';
import { tablesInUse } from './tables-in-use.ts';

type Json = Readonly<Record<string, unknown>>;

/** The item without the secrets that stand in its definition; `more` are those that are kept apart. */
function item(
  { database, name }: { readonly database: string; readonly name: string },
  definition: unknown,
  paused: boolean,
  more: readonly string[],
): ConfigItem {
  const paths = secretPaths(definition);
  return {
    database,
    name,
    definition: withoutPaths(definition, paths) as Json,
    paused,
    secrets: [...more, ...paths.map(shownPath)],
  };
}

const configTable = z.strictObject({
  database: z.string().min(1),
  name: z.string().min(1).max(1024),
  columns: z.array(column).min(1),
});

const tables: ConfigSection = {
  kind: 'table',
  section: 'tables',
  schema: configTable,
  list: (host) =>
    tablesInUse(host).map((table) => ({
      database: table.database,
      name: table.name,
      definition: {
        database: table.database,
        name: table.name,
        columns: table.columns.map(({ name, type }) => ({ name, type })),
      },
      paused: false,
      secrets: [],
    })),
  apply: async ({ host, definition }) => {
    const { database, name, columns } = configTable.parse(definition);
    const held = host.catalog.tables.find(database, name);
    for (const { name: wanted, type } of columns) {
      const there = held?.columns.find((c) => c.name === wanted);
      if (there && there.type !== type)
        throw new AppError(
          'input',
          'schema_differs',
          `The column ${wanted} of the table ${name} is ${there.type} here and ${type} in the file.`,
          { hints: ['Change the file, or the column with .alter column.'] },
        );
    }
    await host.writer.commit([
      {
        database: host.catalog.databases.writable(database),
        table: name,
        columns,
        extents: [],
        owned: true,
      },
    ]);
  },
};

const configExternal = externalTable
  .omit({ secret: true })
  .extend({ database: z.string().min(1), name: z.string().min(1) });

const externalTables: ConfigSection = {
  kind: 'externalTable',
  section: 'externalTables',
  schema: configExternal,
  list: (host) =>
    host.catalog.databases.list().flatMap((database) =>
      listExternalTables(host.catalog, database).map(({ name, secret, ...table }) => ({
        database: database.name,
        name,
        definition: { database: database.name, name, ...table },
        paused: false,
        secrets: secret === undefined ? [] : ['addresses'],
      })),
    ),
  apply: async ({ host, definition, secrets, before }) => {
    const { database, ...table } = configExternal.parse(definition);
    const { addresses } = secrets;
    const into = host.catalog.databases.writable(database);
    const held =
      before && listExternalTables(host.catalog, into).find((t) => t.name === table.name);
    const given = addresses === undefined ? table.files.uris : listOf(addresses);
    const made =
      addresses === undefined && held?.secret !== undefined
        ? { ...table, secret: held.secret }
        : sealUris(host.secrets, { ...table, files: { ...table.files, uris: given } });
    host.catalog.change(() => putExternalTable(host.catalog, into, made));
    await host.schema.changed();
  },
};

/** One address, or several as JSON. */
const listOf = (text: string): string[] =>
  text.trim().startsWith('[') ? z.array(z.string()).parse(JSON.parse(text)) : [text];

const stored = z.object({ definition: z.unknown(), paused: z.boolean() });

const streams: ConfigSection = {
  kind: 'stream',
  section: 'streams',
  schema: streamDefinition,
  filledIn: ['columns'],
  list: (host) =>
    host.catalog.entities.list('stream', '').map((entry) => {
      const { definition, paused } = stored.parse(entry.definition);
      const source = sourceOf(entry.name);
      const fields = host.secrets.get(`${source}#fields`);
      return item({ database: '', name: entry.name }, streamDefinition.parse(definition), paused, [
        ...(host.secrets.names().includes(source) ? ['secret'] : []),
        ...(fields === undefined ? [] : Object.keys(JSON.parse(fields) as Json)),
      ]);
    }),
  apply: async ({ host, definition, before, secrets, paused, signal }) => {
    const given = definition as StreamDefinition;
    if (before) await host.streams.alter(host, given, secrets.secret, signal);
    else await host.streams.create(host, given, secrets.secret, signal);
    if (paused === true) await host.streams.pause(host, given.name);
    else if (paused === false) await host.streams.resumeOne(host, given.name, undefined);
  },
};

const syncs: ConfigSection = {
  kind: 'sync',
  section: 'syncs',
  schema: syncDefinition,
  list: (host) =>
    host.catalog.entities.list('storageSync', '').map((entry) => {
      const { definition, paused } = stored.parse(entry.definition);
      const names = host.secrets.names();
      return item({ database: '', name: entry.name }, syncDefinition.parse(definition), paused, [
        ...(names.includes(syncSecret(entry.name)) ? ['secret'] : []),
        ...(names.includes(queueSecret(entry.name)) ? ['queueSecret'] : []),
      ]);
    }),
  apply: async ({ host, definition, before, secrets, paused }) => {
    const given = definition as SyncDefinition;
    const { secret, queueSecret: queue } = secrets;
    if (before) {
      if (secret !== undefined) host.secrets.set(syncSecret(given.name), secret);
      if (queue !== undefined) host.secrets.set(queueSecret(given.name), queue);
      await host.syncs.change(host, given);
    } else host.syncs.create(host, given, { place: secret, queue });
    if (paused === true) await host.syncs.pause(host, given.name);
    else if (paused === false) host.syncs.resumeOne(host, given.name);
  },
};

function ofPipelines(host: HostContext, kind: 'pipeline' | 'alert'): readonly ConfigItem[] {
  const schema = kind === 'pipeline' ? pipelineDefinition : alertDefinition;
  return host.catalog.pipelines.list(kind).map((entry) => {
    const held = host.secrets.names().includes(secretOf(kind, entry.state.key));
    return item(entry, schema.parse(entry.definition), entry.state.paused, held ? ['secret'] : []);
  });
}

const pipelines: ConfigSection = {
  kind: 'pipeline',
  section: 'pipelines',
  schema: pipelineDefinition,
  list: (host) => ofPipelines(host, 'pipeline'),
  apply: async ({ host, definition, secrets, paused, signal }) => {
    const given = definition as PipelineDefinition;
    const { secret } = secrets;
    await host.pipelines.save(host, given, secret === undefined ? {} : { secret }, signal);
    if (paused !== undefined) host.pipelines.setPaused(host, given.database, given.name, paused);
  },
};

const alerts: ConfigSection = {
  kind: 'alert',
  section: 'alerts',
  schema: alertDefinition,
  list: (host) => ofPipelines(host, 'alert'),
  apply: async ({ host, definition, secrets, paused, signal }) => {
    const given = definition as AlertDefinition;
    await host.alerts.save(host, given, secrets.secret, signal);
    if (paused !== undefined) host.alerts.setPaused(host, given.database, given.name, paused);
  },
};

/** In the order in which they are made: later ones refer to earlier ones. */
export const SECTIONS: readonly ConfigSection[] = [
  tables,
  externalTables,
  streams,
  syncs,
  pipelines,
  alerts,
];
