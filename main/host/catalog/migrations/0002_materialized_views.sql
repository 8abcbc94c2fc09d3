-- The materialized part of a view is stored like a table of the view's name. Its columns are the states of the
-- aggregates; what queries see is in the definition.
ALTER TABLE tables ADD COLUMN kind TEXT NOT NULL DEFAULT 'table'
  CHECK (kind IN ('table', 'materializedView'));

CREATE TABLE materialized_views (
  table_id INTEGER PRIMARY KEY REFERENCES tables (id) ON DELETE CASCADE,
  -- The table, or the view, whose rows it takes in; empty once that was dropped.
  source_id INTEGER REFERENCES tables (id) ON DELETE SET NULL,
  definition TEXT NOT NULL,
  enabled INTEGER NOT NULL DEFAULT 1,
  state TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX materialized_views_by_source ON materialized_views (source_id);

-- Extents of the source that a view has not taken in yet. A row goes in the transaction that names what was made
-- of the extent, so that each record is taken in exactly once.
CREATE TABLE pending_extents (
  view_id INTEGER NOT NULL REFERENCES materialized_views (table_id) ON DELETE CASCADE,
  extent_row INTEGER NOT NULL REFERENCES extents (id) ON DELETE CASCADE,
  PRIMARY KEY (view_id, extent_row)
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_extents_by_extent ON pending_extents (extent_row);

CREATE TABLE view_failures (
  id INTEGER PRIMARY KEY,
  view_id INTEGER NOT NULL REFERENCES materialized_views (table_id) ON DELETE CASCADE,
  at TEXT NOT NULL,
  operation TEXT NOT NULL,
  kind TEXT NOT NULL,
  details TEXT NOT NULL
) STRICT;
