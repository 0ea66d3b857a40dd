-- outcome: what the first request with the key came to; `answer` is the student it was answered, as JSON. Once that
-- student is removed, nothing that could be traced back to a person is left but the key itself.
CREATE TABLE idempotency_keys (
  principal TEXT NOT NULL,
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  payload_hash TEXT,
  outcome TEXT NOT NULL CHECK (outcome IN ('added', 'email-taken', 'removed-since')),
  student_id INTEGER,
  answer TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (principal, route, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
CREATE INDEX idempotency_keys_student ON idempotency_keys (student_id);
