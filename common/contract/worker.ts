import { z } from 'zod';
import { externalCache, externalFiles, externalScan } from './external.ts';
import {
  badCells,
  ingestCalls,
  ingestEvent,
  ingestReport,
  mappedColumn,
  readOptions,
} from './ingest.ts';
import { permissions } from './permissions.ts';
import { queryCalls, resultInfo } from './query.ts';
import { functionInfo, schemaInfo } from './schema.ts';
import { storedFile, storedSource } from './storage-place.ts';
import { extent, pruningRange, tableSnapshot } from './store.ts';
import { bytes, column, diagnostic, none } from './values.ts';

/** What the host starts a worker with (`workerData`). */
export const workerSettings = z.object({
  /** Where the engine may spill; its own folder, empty at the start, deleted by the host. */
  spillFolder: z.string(),
  /** Bytes that the engine may hold before it spills. */
  memoryLimit: z.number(),
  threads: z.number().int(),
});
export type WorkerSettings = z.infer<typeof workerSettings>;

const coverageSection = z.object({
  implemented: z.array(z.string()),
  /** Names that have no meaning on a desk, each with the reason. */
  meaningless: z.record(z.string(), z.string()),
  missing: z.array(z.string()),
});
export type CoverageSection = z.infer<typeof coverageSection>;

/** What of KQL works, from the registries that the planner uses. */
export const coverageInfo = z.object({
  operators: coverageSection,
  functions: coverageSection,
  aggregates: coverageSection,
  plugins: coverageSection,
  /** The worker knows the names only and calls all of them missing; the host has the commands. */
  commands: coverageSection,
});
export type CoverageInfo = z.infer<typeof coverageInfo>;

const cell = z.union([z.string(), z.number(), z.bigint(), z.boolean(), z.null()]);

/**
 * What the host asks of a query worker: all `query.*` calls as they are (the host forwards them), and these.
 * A text that starts with `.` never reaches `query.run`: the host parses it first with `command.parse`.
 */
export const queryWorkerContract = {
  calls: {
    ...queryCalls,
    /** The names that queries may use from now on. */
    'engine.setSchema': { params: schemaInfo, result: none },
    /**
     * Reads a management command. `kind` is Kusto.Language's name of it (`CreateTable`, `ShowTables`);
     * `arguments` are its named parts as text, lists as arrays, and what `workers/kql/commands/parse-command.ts`
     * makes of them (`columns`, `properties`, `words`…); `query` is the text after `<|`;
     * `pipe` the query text after the first `|` that follows a `.show` command.
     */
    'command.parse': {
      params: z.object({ text: z.string(), database: z.string() }),
      result: z.object({
        kind: z.string(),
        arguments: z.record(z.string(), z.unknown()),
        query: z.string().optional(),
        pipe: z.string().optional(),
        /** The columns of the answer, as Kusto.Language knows them; empty where it doesn't. */
        schema: z.array(column),
        diagnostics: z.array(diagnostic),
      }),
    },
    /** Makes a result of rows that the host has, running `pipe` over them if there is one. */
    'engine.rows': {
      params: z.object({
        name: z.string(),
        columns: z.array(column),
        rows: z.array(z.array(cell)),
        pipe: z.string().optional(),
        /** The whole command, whose end `pipe` is: positions in errors point into it. */
        text: z.string().optional(),
        database: z.string(),
      }),
      result: resultInfo,
    },
    /**
     * Rows [offset, offset+limit) of a complete result as JSON arrays with commas between them, in UTF-8, as the
     * REST API writes them. For results of more than some thousand rows.
     */
    'engine.jsonRows': {
      params: z.object({
        resultId: z.string(),
        offset: z.number().int().min(0),
        limit: z.number().int().min(1),
        /** bool as 0 and 1 instead of false and true. */
        bitBools: z.boolean(),
      }),
      result: z.object({ rowCount: z.number(), text: bytes }),
    },
    /** Runs a query and writes its first result as extents into a folder; the host commits them. */
    'engine.writeExtents': {
      params: z.object({
        queryId: z.string(),
        text: z.string(),
        database: z.string(),
        folder: z.string(),
        /** The whole command, whose end `text` is: positions in errors point into it. */
        command: z.string().optional(),
        /** Tables whose rows are these extents alone; the host keeps the files. */
        given: z.array(tableSnapshot).default([]),
      }),
      result: z.object({ columns: z.array(column), extents: z.array(extent), rows: z.number() }),
    },
    /**
     * Checks a standing query: `table | pipe` that treats each row by itself. Errors point into `pipe` and name
     * what needs all rows.
     */
    'standing.check': {
      params: z.object({ database: z.string(), table: z.string(), pipe: z.string() }),
      result: z.object({ columns: z.array(column) }),
    },
    /** Runs it over these extents alone; the rows are a result, in the extents' order, until they are released. */
    'standing.run': {
      params: z.object({
        queryId: z.string(),
        database: z.string(),
        table: z.string(),
        pipe: z.string(),
        given: tableSnapshot,
      }),
      result: resultInfo,
    },
    /**
     * One piece of work on a materialized view: `delta` makes states of the given extents of its source, `merge`
     * makes fewer states of given ones of its own.
     */
    'engine.writeView': {
      params: z.object({
        queryId: z.string(),
        database: z.string(),
        name: z.string(),
        step: z.enum(['delta', 'merge']),
        folder: z.string(),
        given: z.array(tableSnapshot),
      }),
      result: z.object({ columns: z.array(column), extents: z.array(extent), rows: z.number() }),
    },
    /** Checks the query of a materialized view; positions in errors point into `command` if its part is given. */
    'views.describe': {
      params: z.object({
        database: z.string(),
        name: z.string(),
        source: z.string(),
        query: z.string(),
        dimensionTables: z.array(z.string()),
        command: z.string().optional(),
      }),
      result: z.object({
        columns: z.array(column),
        keys: z.array(z.string()),
        /** Columns of the materialized part. */
        stored: z.array(column),
        dedup: z.boolean(),
      }),
    },
    /** Checks a stored function's declaration and body without running it. */
    'functions.check': {
      params: z.object({ database: z.string(), function: functionInfo, command: z.string() }),
      result: z.object({ columns: z.array(column) }),
    },
    'engine.coverage': { params: none, result: coverageInfo },
    'engine.memory': { params: none, result: z.object({ bytes: z.number() }) },
  },
  topics: {},
} as const;
export type QueryWorkerContract = typeof queryWorkerContract;

/** What a query worker asks of the host. */
export const snapshotContract = {
  calls: {
    'snapshot.take': {
      params: z.object({
        queryId: z.string(),
        tables: z.array(
          z.object({
            database: z.string(),
            table: z.string(),
            ranges: z.array(pruningRange),
            /** Only extents that this materialized view has not taken in. */
            delta: z.string().optional(),
          }),
        ),
      }),
      result: z.object({ tables: z.array(tableSnapshot) }),
    },
    /** Files that are no table's extents, read as one; theirs until the query's snapshot is released. */
    'external.open': {
      params: z.object({
        queryId: z.string(),
        scan: externalScan,
        ranges: z.array(pruningRange),
        /** Leave nothing in place: the engine's own reader refused a file. */
        convert: z.boolean(),
      }),
      result: tableSnapshot,
    },
    /** The columns of files that nobody has described, by the same look as before a load. */
    'external.infer': {
      params: z.object({ files: externalFiles, mode: z.enum(['any', 'last', 'all']) }),
      result: z.object({
        columns: z.array(column.extend({ transform: z.string().optional() })),
      }),
    },
    /** Where a sync keeps a copy of each of these files of one store, of this very version; '' where none does. */
    'external.mirrored': {
      params: z.object({
        /** Of `placeAddress`. */
        place: z.string(),
        files: z.array(
          z.object({ key: z.string(), etag: z.string().optional(), bytes: z.number().optional() }),
        ),
      }),
      result: z.object({ paths: z.array(z.string()) }),
    },
    /** What plugins may do now, and an id for requests that they send. */
    'permissions.get': {
      params: none,
      result: z.object({ permissions, requestId: z.string() }),
    },
    /** Runs a `.show` command; its rows are a result of the worker's own, for it to release. */
    'command.show': {
      params: z.object({ text: z.string(), database: z.string() }),
      result: z.object({ result: resultInfo }),
    },
    /** Files that a sync keeps current here, of those whose keys begin so. */
    'mirror.list': {
      params: z.object({ sync: z.string(), prefix: z.string() }),
      result: z.object({ files: z.array(storedFile) }),
    },
    /** Where their copies lie now, one path per key; those that were let go are fetched again. */
    'mirror.fetch': {
      params: z.object({ sync: z.string(), keys: z.array(z.string()) }),
      result: z.object({ paths: z.array(z.string()) }),
    },
    'snapshot.release': { params: z.object({ queryId: z.string() }), result: none },
  },
  topics: {},
} as const;
export type SnapshotContract = typeof snapshotContract;

/** Paths of files that hold the bytes of a source: the host has replaced uploads and pasted text by files. */
export const localSource = z.object({
  paths: z.array(z.string()),
  /** Names to show, one per path (an upload's own name). */
  names: z.array(z.string()),
  /** Files that have to be fetched first. */
  stored: z.array(storedSource).optional(),
});

export const ingestWorkerContract = {
  calls: {
    'ingest.inspect': {
      params: z.object({
        source: localSource,
        options: readOptions,
        columns: z.array(mappedColumn).optional(),
      }),
      result: ingestCalls['ingest.inspect'].result,
    },
    /**
     * Reads, converts and writes extents into `folder`. Nothing is visible before the host commits; after an
     * error or a cancel the worker has deleted what it wrote.
     */
    'ingest.write': {
      params: z.object({
        source: localSource,
        options: readOptions,
        columns: z.array(mappedColumn).optional(),
        /** Columns of one value each beside those of the files: what stands in a path. */
        constants: z.array(mappedColumn).optional(),
        /** Columns of the existing table, in order; absent for a new one. */
        target: z.array(column).optional(),
        onBadCell: badCells,
        maxErrors: z.number(),
        folder: z.string(),
        errorFolder: z.string(),
      }),
      result: z.object({
        columns: z.array(column),
        extents: z.array(extent),
        errorColumns: z.array(column),
        errorExtents: z.array(extent),
        report: ingestReport,
      }),
      event: ingestEvent,
    },
    /** Looks at Parquet, CSV or NDJSON files to be queried where they are, without reading them whole. */
    'ingest.register': {
      params: z.object({ source: localSource, options: readOptions }),
      result: z.object({ columns: z.array(column), extents: z.array(extent) }),
    },
    /** Makes files readable by queries; fetched and converted ones lie in `folder` until the host deletes it. */
    'external.expose': {
      params: z.object({
        files: externalFiles,
        columns: z.array(mappedColumn).optional(),
        ranges: z.array(pruningRange),
        folder: z.string(),
        convert: z.boolean(),
        cache: externalCache,
      }),
      result: z.object({
        columns: z.array(column),
        extents: z.array(extent),
        filesTotal: z.number(),
      }),
    },
    /** Paths as the definition of a partitioned source expects them. */
    'external.samplePaths': {
      params: z.object({ files: externalFiles }),
      result: z.object({ samples: z.array(z.string()) }),
    },
    /** The columns of files that nobody has described; of a Delta table also which of them stand in its log. */
    'external.infer': {
      params: z.object({
        files: externalFiles,
        mode: z.enum(['any', 'last', 'all']),
        folder: z.string(),
        cache: externalCache,
      }),
      result: z.object({
        columns: z.array(column.extend({ transform: z.string().optional() })),
        partitionColumns: z.array(z.string()),
      }),
    },
    /** The files of a source, without a look into them. `path` is where the bytes are; '' for those in a store. */
    'external.list': {
      params: z.object({
        files: externalFiles,
        folder: z.string(),
        cache: externalCache,
        limit: z.number().int().optional(),
      }),
      result: z.object({
        files: z.array(
          z.object({
            name: z.string(),
            path: z.string(),
            bytes: z.number(),
            /** Milliseconds since 1970. */
            modifiedAt: z.number(),
            partitions: z.record(z.string(), z.string()),
          }),
        ),
      }),
    },
    /** Writes the rows of several small extents as one. */
    'store.merge': {
      params: z.object({
        extents: z.array(extent),
        columns: z.array(column),
        folder: z.string(),
      }),
      result: z.object({ extents: z.array(extent) }),
    },
    'engine.memory': { params: none, result: z.object({ bytes: z.number() }) },
  },
  topics: {},
} as const;
export type IngestWorkerContract = typeof ingestWorkerContract;
