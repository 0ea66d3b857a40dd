-- outcome: what the first request with the key came to; `answer` is the student it was answered, as JSON. Once that
-- student is removed, nothing that could be traced back to a person is left but the key itself.
CREATE TABLE idempotency_keys (
  principal text COLLATE "C" NOT NULL,
  route text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  payload_hash text,
  outcome text NOT NULL CHECK (outcome IN ('added', 'email-taken', 'removed-since')),
  student_id bigint,
  answer text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (principal, route, key)
);

CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
CREATE INDEX idempotency_keys_student ON idempotency_keys (student_id);
