-- Pipelines and alerts: work that comes back, reads each new row of its tables once, and keeps a history. A
-- continuous export is a pipeline whose destination is an external table. Times are ISO text in UTC.

CREATE TABLE pipelines (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('pipeline', 'alert')),
  database_id INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT '{}',
  UNIQUE (kind, database_id, name)
) STRICT;

-- The tables whose rows are read once.
CREATE TABLE pipeline_tables (
  pipeline_id INTEGER NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
  table_id INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
  PRIMARY KEY (pipeline_id, table_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pipeline_tables_by_table ON pipeline_tables (table_id);

-- Extents that have not been read yet. A row goes in the transaction that confirms what was made of it. `batch` is
-- the number of the batch that they were given to, 0 for none: a batch that was interrupted is done again with the
-- same rows.
CREATE TABLE pipeline_extents (
  pipeline_id INTEGER NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
  extent_row INTEGER NOT NULL REFERENCES extents (id) ON DELETE CASCADE,
  batch INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (pipeline_id, extent_row)
) STRICT, WITHOUT ROWID;
CREATE INDEX pipeline_extents_by_extent ON pipeline_extents (extent_row);

CREATE TABLE pipeline_runs (
  pipeline_id INTEGER NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
  run INTEGER NOT NULL,
  cause TEXT NOT NULL,
  state TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT NOT NULL DEFAULT '',
  attempts INTEGER NOT NULL DEFAULT 1,
  row_count INTEGER NOT NULL DEFAULT 0,
  message TEXT NOT NULL DEFAULT '',
  -- 'Permanent' or 'Transient' for a run that failed.
  failure TEXT NOT NULL DEFAULT '',
  operation TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (pipeline_id, run)
) STRICT, WITHOUT ROWID;

CREATE TABLE pipeline_artifacts (
  id INTEGER PRIMARY KEY,
  pipeline_id INTEGER NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
  at TEXT NOT NULL,
  path TEXT NOT NULL,
  records INTEGER NOT NULL
) STRICT;

INSERT INTO pipelines (id, kind, database_id, name, definition, state)
  SELECT e.id, 'pipeline', e.database_id, e.name,
    json_object(
      'name', e.name,
      'database', d.name,
      'source', json_object(
        'kind', 'query',
        'query', e.definition ->> 'query',
        'over', json((SELECT json_group_array(t.name) FROM tables t
                      WHERE t.id IN (SELECT value FROM json_each(e.definition, '$.tables'))))),
      'destination', json_object(
        'kind', 'externalTable',
        'table', e.definition ->> 'externalTable',
        'properties', json(e.definition -> 'properties')),
      'trigger', json_object(
        'on', 'interval', 'seconds', max(1, CAST(e.definition ->> 'interval' AS INTEGER) / 1e7)),
      'delaySeconds', CAST(e.definition ->> 'forcedLatency' AS INTEGER) / 1e7),
    json_object(
      'paused', json(iif(coalesce(e.state ->> 'enabled', 1), 'false', 'true')),
      'startCursor', coalesce(e.state ->> 'startCursor', ''),
      'readTo', coalesce(e.state ->> 'exportedTo', ''),
      'lastStart', coalesce(e.state ->> 'lastRun', ''),
      'unconfirmed', json(coalesce(e.state -> 'unconfirmed', '[]')))
  FROM continuous_exports e JOIN databases d ON d.id = e.database_id;
INSERT INTO pipeline_tables (pipeline_id, table_id)
  SELECT e.id, t.id FROM continuous_exports e, json_each(e.definition, '$.tables') j
  JOIN tables t ON t.id = j.value;
INSERT INTO pipeline_extents (pipeline_id, extent_row) SELECT export_id, extent_row FROM export_extents;
INSERT INTO pipeline_artifacts (id, pipeline_id, at, path, records)
  SELECT id, export_id, at, path, records FROM export_artifacts;
INSERT INTO pipeline_runs (pipeline_id, run, cause, state, started_at, ended_at, message, failure, operation)
  SELECT export_id, row_number() OVER (PARTITION BY export_id ORDER BY id), 'interval', 'failed', at, at, details,
    kind, operation
  FROM export_failures;

-- Their rows have moved; nothing reads these tables again.
DROP TABLE export_failures;
DROP TABLE export_artifacts;
DROP TABLE export_extents;
DROP TABLE continuous_exports;
