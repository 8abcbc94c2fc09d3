-- Files of stores that are kept current here: what was seen of each, and how far it has come. `ingested` is written
-- in the transaction that names the extents, so that each version is in the table once.
CREATE TABLE synced_files (
  sync TEXT NOT NULL,
  key TEXT NOT NULL,
  -- The version that the store had last.
  etag TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  -- Milliseconds since 1970.
  modified_at INTEGER NOT NULL,
  md5 TEXT,
  -- Below the mirror's folder, with `/` between its parts.
  path TEXT NOT NULL,
  -- The version that lies in the mirror, whose rows are in the table, that could not be read.
  mirrored TEXT,
  ingested TEXT,
  failed TEXT,
  row_count INTEGER NOT NULL DEFAULT 0,
  message TEXT NOT NULL DEFAULT '',
  -- No longer in the store, and kept.
  gone INTEGER NOT NULL DEFAULT 0,
  used_at INTEGER NOT NULL,
  PRIMARY KEY (sync, key)
) STRICT, WITHOUT ROWID;
