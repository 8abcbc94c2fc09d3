-- What management commands keep. Times are ISO text in UTC, ticks are integers.

-- A dropped table stays, under a name that nobody can give, until its recoverability period is over.
ALTER TABLE tables ADD COLUMN dropped_at TEXT;
ALTER TABLE tables ADD COLUMN dropped_name TEXT;
-- The catalog's version at the drop, by which `.undo drop table` names it.
ALTER TABLE tables ADD COLUMN dropped_version INTEGER;

-- When the rows count as made, for retention; NULL is the time of ingestion.
ALTER TABLE extents ADD COLUMN created_at INTEGER;

ALTER TABLE journal ADD COLUMN updated_entity TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE journal ADD COLUMN command TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN request_id TEXT NOT NULL DEFAULT '';

-- More entities that are one JSON document each (stored query results, entity groups, plugins that are off).
-- `owner` is `database:<id>`, or '' for the host.
CREATE TABLE entities (
  kind TEXT NOT NULL,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (kind, owner, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE operations (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  command TEXT NOT NULL,
  database TEXT NOT NULL,
  started_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  elapsed_ms REAL NOT NULL,
  state TEXT NOT NULL,
  status TEXT NOT NULL,
  request_id TEXT NOT NULL,
  -- The answer as JSON: columns and rows.
  details TEXT
) STRICT;
CREATE INDEX operations_by_start ON operations (started_at);

CREATE TABLE ingestion_failures (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  operation TEXT NOT NULL,
  database TEXT NOT NULL,
  table_name TEXT NOT NULL,
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  code TEXT NOT NULL,
  details TEXT NOT NULL
) STRICT;

CREATE TABLE continuous_exports (
  id INTEGER PRIMARY KEY,
  database_id INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT '{}',
  UNIQUE (database_id, name)
) STRICT;

-- Extents that an export has not written yet. A row goes in the transaction that confirms the files made of it.
CREATE TABLE export_extents (
  export_id INTEGER NOT NULL REFERENCES continuous_exports (id) ON DELETE CASCADE,
  extent_row INTEGER NOT NULL REFERENCES extents (id) ON DELETE CASCADE,
  PRIMARY KEY (export_id, extent_row)
) STRICT, WITHOUT ROWID;
CREATE INDEX export_extents_by_extent ON export_extents (extent_row);

CREATE TABLE export_artifacts (
  id INTEGER PRIMARY KEY,
  export_id INTEGER NOT NULL REFERENCES continuous_exports (id) ON DELETE CASCADE,
  at TEXT NOT NULL,
  path TEXT NOT NULL,
  records INTEGER NOT NULL
) STRICT;

CREATE TABLE export_failures (
  id INTEGER PRIMARY KEY,
  export_id INTEGER NOT NULL REFERENCES continuous_exports (id) ON DELETE CASCADE,
  at TEXT NOT NULL,
  operation TEXT NOT NULL,
  last_success TEXT NOT NULL,
  kind TEXT NOT NULL,
  details TEXT NOT NULL
) STRICT;
