import type { HostHandlers } from '../../../common/contract/host.ts';
import type { schemaCalls } from '../../../common/contract/schema.ts';
import { createFunctionText, createTableText, createViewText } from '../commands/script-text.ts';
import type { HostContext } from '../context.ts';

export function schemaService(host: HostContext): Pick<HostHandlers, keyof typeof schemaCalls> {
  const { catalog, schema, writer } = host;
  return {
    'schema.get': () => schema.get(),
    'tables.drop': async ({ database, table }) => {
      catalog.databases.writable(database);
      await writer.dropTable(catalog.tables.get(database, table));
      return {};
    },
    'tables.rename': async ({ database, table, to }) => {
      catalog.databases.writable(database);
      catalog.change(() => catalog.tables.rename(catalog.tables.get(database, table), to));
      await schema.changed();
      return {};
    },
    'tables.script': ({ database, entity }) => {
      const owner = catalog.databases.get(database);
      const definition = catalog.functions.find(owner, entity);
      if (definition) return { text: createFunctionText(definition) };
      const view = schema
        .get()
        .databases.find(({ name }) => name === database)
        ?.tables.find((table) => table.name === entity && table.view !== undefined);
      if (view) return { text: createViewText(view) };
      return { text: createTableText(catalog.tables.get(database, entity)) };
    },
  };
}
