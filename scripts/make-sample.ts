import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Extent } from '../common/contract/store.ts';
import type { KqlType } from '../common/types/kql-type.ts';
import { UNIX_EPOCH_TICKS } from '../common/types/ticks.ts';
import { guidOf } from '../main/host/commands/guid.ts';
import type { SampleManifest } from '../main/host/samples.ts';
import { Database, type Session } from '../workers/store/database.ts';
import { type ExtentColumn, writeExtents } from '../workers/store/extent-writer.ts';
import { ident, literal } from '../workers/store/quote.ts';

/**
 * Makes the sample that ships with Calypso from the original files:
 *
 *     node scripts/make-sample.ts FOLDER
 *
 * Each table becomes one extent in Calypso's own form, and `manifest.json` says what is in it, so that the
 * first start registers the files without opening them.
 */
const SAMPLES = fileURLToPath(new URL('../samples/', import.meta.url));
const MEMORY_BYTES = 2_000_000_000;
/** Every fifth flight: 600,000 of them, over the whole half year, so that its shape over time stays. */
const FLIGHT_STEP = 5;

interface SampleTable {
  readonly name: string;
  readonly docstring: string;
  /** Files in the folder of originals. */
  readonly source: string;
  readonly from: (path: string) => string;
  readonly columns: readonly SampleColumn[];
}

interface SampleColumn {
  readonly name: string;
  readonly type: KqlType;
  readonly sql: string;
  readonly docstring?: string;
}

const ticks = (microseconds: string): string =>
  `(${microseconds})::BIGINT * 10 + ${UNIX_EPOCH_TICKS}`;
const ofTimestamp = (sql: string): string => ticks(`epoch_us((${sql})::TIMESTAMP)`);
const ofMillis = (sql: string): string => ticks(`(${sql})::BIGINT * 1000`);
const text = (sql: string): string => `coalesce(${sql}, '')`;

function plain(name: string, type: KqlType, docstring?: string): SampleColumn {
  const column = ident(name);
  const sql =
    type === 'string'
      ? text(column)
      : type === 'datetime'
        ? ofTimestamp(column)
        : `${column}::BIGINT`;
  return { name, type, sql, ...(docstring ? { docstring } : {}) };
}

function property(name: string, type: KqlType, path: string, docstring: string): SampleColumn {
  const value = `(feature->>${literal(path)})`;
  const sql =
    type === 'string'
      ? text(value)
      : type === 'datetime'
        ? ofMillis(value)
        : type === 'long'
          ? `${value}::BIGINT`
          : `${value}::DOUBLE`;
  return { name, type, sql, docstring };
}

const TABLES: readonly SampleTable[] = [
  {
    name: 'Flights',
    docstring: 'Every fifth domestic flight in the USA in the first half of 2001',
    source: 'flights-3m.parquet',
    from: (path) =>
      `(SELECT * FROM read_parquet(${literal(path)}, file_row_number = true) WHERE file_row_number % ${FLIGHT_STEP} = 0 ORDER BY file_row_number)`,
    columns: [
      plain('date', 'datetime', 'Date and time of the flight, local'),
      plain('delay', 'long', 'Minutes late; negative is early'),
      plain('distance', 'long', 'Miles'),
      plain('origin', 'string', 'Airport of departure, IATA code'),
      plain('destination', 'string', 'Airport of arrival, IATA code'),
    ],
  },
  {
    name: 'BirdStrikes',
    docstring: 'Collisions of aircraft with wildlife in the USA, 1990 to 2002',
    source: 'birdstrikes.csv',
    from: (path) => `read_csv(${literal(path)}, header = true, all_varchar = true, nullstr = '')`,
    columns: [
      plain('Airport Name', 'string'),
      plain('Aircraft Make Model', 'string'),
      plain('Effect Amount of damage', 'string'),
      plain('Flight Date', 'datetime'),
      plain('Aircraft Airline Operator', 'string'),
      plain('Origin State', 'string'),
      plain('Phase of flight', 'string'),
      plain('Wildlife Size', 'string'),
      plain('Wildlife Species', 'string'),
      plain('Time of day', 'string'),
      plain('Cost Other', 'long', 'US dollars'),
      plain('Cost Repair', 'long', 'US dollars'),
      plain('Cost Total $', 'long', 'US dollars'),
      plain('Speed IAS in knots', 'long', 'Indicated air speed'),
    ],
  },
  {
    name: 'Earthquakes',
    docstring: 'Seismic events of one week of 2018; `feature` is the whole GeoJSON feature',
    source: 'earthquakes.json',
    from: (path) =>
      `(SELECT unnest(features) AS feature FROM read_json(${literal(path)}, columns = {features: 'JSON[]'}, maximum_object_size = 100000000))`,
    columns: [
      property('id', 'string', '$.id', 'Id of the event in its network'),
      property('time', 'datetime', '$.properties.time', 'When it happened, UTC'),
      property('updated', 'datetime', '$.properties.updated', 'Last update of the report, UTC'),
      property('magnitude', 'real', '$.properties.mag', 'Magnitude; see magType'),
      property('magType', 'string', '$.properties.magType', 'How the magnitude was computed'),
      property('place', 'string', '$.properties.place', 'Description of the place'),
      property('type', 'string', '$.properties.type', 'earthquake, quarry blast, explosion…'),
      property('status', 'string', '$.properties.status', 'automatic or reviewed'),
      property('significance', 'long', '$.properties.sig', '0 to 1000'),
      property('tsunami', 'long', '$.properties.tsunami', '1 if there was a tsunami message'),
      property('longitude', 'real', '$.geometry.coordinates[0]', 'Degrees, east is positive'),
      property('latitude', 'real', '$.geometry.coordinates[1]', 'Degrees, north is positive'),
      property('depth', 'real', '$.geometry.coordinates[2]', 'Kilometres below the surface'),
      { name: 'feature', type: 'dynamic', sql: 'feature::VARCHAR', docstring: 'GeoJSON' },
    ],
  },
];

async function makeTable(
  session: Session,
  table: SampleTable,
  originals: string,
  work: string,
): Promise<SampleManifest['tables'][number]> {
  const columns: ExtentColumn[] = table.columns.map(({ name, type, sql }) => ({ name, type, sql }));
  const [written, ...more] = await writeExtents(session, {
    columns,
    from: table.from(join(originals, table.source)),
    folder: work,
    estimatedRows: 1,
  });
  if (!written || more.length > 0) throw new Error(`${table.name}: one extent was expected`);
  const file = `${table.name}.parquet`;
  await rename(written.path, join(SAMPLES, file));
  // Ids and times that stay the same when nothing has changed.
  const digest = createHash('sha256').update(await readFile(join(SAMPLES, file)));
  const extent: Extent = {
    ...written,
    extentId: guidOf('sample', digest.digest('hex')),
    path: file,
    ingestedAt:
      written.ranges.find((range) => range.column === 'date')?.max ?? `${UNIX_EPOCH_TICKS}`,
  };
  return {
    name: table.name,
    docstring: table.docstring,
    columns: table.columns.map(({ name, type, docstring }) => ({ name, type, docstring })),
    extents: [extent],
  };
}

async function main(): Promise<void> {
  const originals = process.argv[2];
  if (originals === undefined) {
    console.error('usage: node scripts/make-sample.ts FOLDER-OF-ORIGINALS');
    process.exitCode = 2;
    return;
  }
  const work = await mkdtemp(join(tmpdir(), 'calypso-sample-'));
  const database = await Database.open({
    spillFolder: join(work, 'spill'),
    memoryLimit: MEMORY_BYTES,
    threads: availableParallelism(),
  });
  try {
    const tables = await database.session(async (session) => {
      const made: SampleManifest['tables'] = [];
      for (const table of TABLES) made.push(await makeTable(session, table, originals, work));
      return made;
    });
    const version = createHash('sha256').update(JSON.stringify(tables)).digest('hex').slice(0, 16);
    const manifest: SampleManifest = { version, tables };
    await writeFile(join(SAMPLES, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    for (const { name, extents } of tables)
      for (const { rowCount, sizeBytes, path } of extents)
        console.log(`${name}: ${rowCount} rows, ${sizeBytes} bytes in ${basename(path)}`);
  } finally {
    database.close();
    await rm(work, { recursive: true, force: true });
  }
}

await main();
