-- What became of each student: one record for each version, beginning with those written since this table is there.
-- `removed` and `erased` count on from the last version. changes: {"field": {"from": …, "to": …}}. No trigger holds the
-- records, since Citus has none on distributed tables: only the service does.
CREATE TABLE student_history (
  student_id bigint NOT NULL,
  version bigint NOT NULL,
  action text COLLATE "C" NOT NULL CHECK (action IN ('created', 'changed', 'removed', 'erased')),
  at timestamptz NOT NULL,
  principal text COLLATE "C" NOT NULL,
  request_id text COLLATE "C",
  changes jsonb NOT NULL,
  PRIMARY KEY (student_id, version)
);
