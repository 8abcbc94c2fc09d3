import { z } from 'zod';
import type { Catalog } from '../catalog/catalog.ts';
import { tableOwner } from '../catalog/definitions-store.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import { ticksOfTimespan } from '../commands/timespan.ts';

const retention = z.looseObject({ SoftDeletePeriod: z.string() });

/** The table's own retention policy keeps its rows for no time at all. */
export function keepsNothing({ definitions }: Catalog, table: TableRow): boolean {
  const policy = definitions.find('policy', tableOwner(table), 'RetentionPolicy');
  const period = retention.safeParse(policy?.definition).data?.SoftDeletePeriod;
  return period !== undefined && ticksOfTimespan(period) === 0n;
}
