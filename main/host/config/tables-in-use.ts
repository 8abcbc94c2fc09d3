import { z } from 'zod';
import { alertDefinition } from '../../../common/contract/alerts.ts';
import { pipelineDefinition } from '../../../common/contract/pipelines.ts';
import { streamDefinition } from '../../../common/contract/stream.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import type { HostContext } from '../context.ts';
import { namedTables } from '../pipelines/named-tables.ts';

const stored = z.object({ definition: z.unknown() });

/** The tables that streams, pipelines and alerts read or fill: without them they can't be made elsewhere. */
export function tablesInUse(host: HostContext): readonly TableRow[] {
  const { catalog } = host;
  const names: (readonly [database: string, table: string])[] = [];
  for (const { definition } of catalog.entities.list('stream', '')) {
    const { database, table } = streamDefinition.parse(stored.parse(definition).definition);
    names.push([database, table]);
  }
  for (const entry of catalog.pipelines.list('pipeline')) {
    const { source, destination, database } = pipelineDefinition.parse(entry.definition);
    if (source.kind === 'table') names.push([database, source.table]);
    if (source.kind === 'query')
      for (const name of [...source.over, ...namedTables(host, database, source.query)])
        names.push([database, name]);
    if (destination.kind === 'table')
      names.push([destination.database ?? database, destination.table]);
  }
  for (const entry of catalog.pipelines.list('alert')) {
    const { database, over, query } = alertDefinition.parse(entry.definition);
    for (const name of [...over, ...namedTables(host, database, query)])
      names.push([database, name]);
  }
  const found = new Map<number, TableRow>();
  for (const [database, name] of names) {
    const table = catalog.tables.find(database, name);
    if (table) found.set(table.id, table);
  }
  return [...found.values()].sort((a, b) =>
    `${a.database} ${a.name}` < `${b.database} ${b.name}` ? -1 : 1,
  );
}
