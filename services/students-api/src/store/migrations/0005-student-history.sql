-- What became of each student: one record for each version, beginning with those written since this table is there.
-- `removed` and `erased` count on from the last version. changes: {"field": {"from": …, "to": …}} as JSON.
CREATE TABLE student_history (
  student_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('created', 'changed', 'removed', 'erased')),
  at TEXT NOT NULL,
  principal TEXT NOT NULL,
  request_id TEXT,
  changes TEXT NOT NULL,
  PRIMARY KEY (student_id, version)
) STRICT, WITHOUT ROWID;

-- Of a record only the values may go, all at once; the names of the fields that they were of stay.
CREATE TRIGGER student_history_is_kept BEFORE UPDATE ON student_history
WHEN (NEW.student_id, NEW.version, NEW.action, NEW.at, NEW.principal, NEW.request_id) IS NOT
    (OLD.student_id, OLD.version, OLD.action, OLD.at, OLD.principal, OLD.request_id)
  OR NEW.changes <> (SELECT json_group_object(key, json('{}')) FROM json_each(OLD.changes))
BEGIN
  SELECT raise(ABORT, 'student_history only grows');
END;

CREATE TRIGGER student_history_is_not_removed BEFORE DELETE ON student_history
BEGIN
  SELECT raise(ABORT, 'student_history only grows');
END;
