-- The catalog's first form. Later files only add: a newer program reads every older catalog.
-- Times are ISO text in UTC; ticks are 64-bit integers (100 ns since 0001-01-01).

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE databases (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  pretty_name TEXT NOT NULL DEFAULT '',
  read_only INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE tables (
  id INTEGER PRIMARY KEY,
  database_id INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  folder TEXT NOT NULL DEFAULT '',
  docstring TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  UNIQUE (database_id, name)
) STRICT;

-- A column keeps its id when it is renamed; a dropped one stays, so that extents can still be explained,
-- and a later column of the same name is another column.
CREATE TABLE columns (
  id INTEGER PRIMARY KEY,
  table_id INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  docstring TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL,
  added_at TEXT NOT NULL,
  dropped_at TEXT
) STRICT;
CREATE UNIQUE INDEX columns_by_name ON columns (table_id, name) WHERE dropped_at IS NULL;

CREATE TABLE column_history (
  id INTEGER PRIMARY KEY,
  column_id INTEGER NOT NULL REFERENCES columns (id) ON DELETE CASCADE,
  at TEXT NOT NULL,
  change TEXT NOT NULL CHECK (change IN ('add', 'rename', 'retype', 'drop')),
  before TEXT NOT NULL,
  after TEXT NOT NULL
) STRICT;

-- `path` is relative to the data folder for files that Calypso owns, absolute for registered ones.
CREATE TABLE extents (
  id INTEGER PRIMARY KEY,
  extent_id TEXT NOT NULL UNIQUE,
  table_id INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  owned INTEGER NOT NULL,
  reader TEXT NOT NULL,
  row_count INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  ingested_at INTEGER NOT NULL,
  tags TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX extents_by_table ON extents (table_id);

CREATE TABLE extent_columns (
  extent_row INTEGER NOT NULL REFERENCES extents (id) ON DELETE CASCADE,
  column_id INTEGER NOT NULL REFERENCES columns (id) ON DELETE CASCADE,
  field TEXT NOT NULL,
  type TEXT NOT NULL,
  storage TEXT NOT NULL,
  may_be_null INTEGER NOT NULL,
  min TEXT,
  max TEXT,
  PRIMARY KEY (extent_row, column_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE functions (
  id INTEGER PRIMARY KEY,
  database_id INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  parameters TEXT NOT NULL,
  body TEXT NOT NULL,
  folder TEXT NOT NULL DEFAULT '',
  docstring TEXT NOT NULL DEFAULT '',
  is_view INTEGER NOT NULL DEFAULT 0,
  UNIQUE (database_id, name)
) STRICT;

-- Entities whose definition is one JSON document: ingestion mappings, policies, materialized views, external
-- tables, connections. `owner` is the table's or database's id as text, or '' for the whole host.
CREATE TABLE definitions (
  kind TEXT NOT NULL CHECK (
    kind IN ('mapping', 'policy', 'materializedView', 'externalTable', 'connection')
  ),
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (kind, owner, name)
) STRICT, WITHOUT ROWID;

-- How far a source has been read (offset of a partition, etag of a blob, cursor of a query). Written in the
-- transaction that names the extents, so that each record is in exactly once.
CREATE TABLE source_positions (
  source TEXT NOT NULL,
  part TEXT NOT NULL,
  position TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (source, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE history (
  id TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  database TEXT NOT NULL,
  started_at TEXT NOT NULL,
  elapsed_ms REAL NOT NULL,
  row_count INTEGER NOT NULL,
  state TEXT NOT NULL,
  error TEXT
) STRICT;
CREATE INDEX history_by_start ON history (started_at);

CREATE TABLE documents (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  database TEXT NOT NULL,
  position INTEGER NOT NULL,
  path TEXT,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE saved_queries (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  text TEXT NOT NULL,
  database TEXT NOT NULL,
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What was done to the schema, newest last (`.show journal`).
CREATE TABLE journal (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  event TEXT NOT NULL,
  database TEXT NOT NULL,
  entity TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;

INSERT INTO meta (key, value) VALUES ('schema_version', '1');
