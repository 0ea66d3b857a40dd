-- What has changed: each process counts its own batches in a row of its own, in the transaction of the batch, so that
-- no process waits for another's commit. The sum of all names one state of the students.
-- batch: the last one committed, by which a process finds out what became of a COMMIT it got no answer to.
CREATE TABLE writers (
  id text COLLATE "C" PRIMARY KEY,
  revision bigint NOT NULL,
  batch text,
  written_at timestamptz NOT NULL
);

-- Takes on the count of processes that are gone. It starts at the clock, so that a new database doesn't repeat the
-- revisions of the one before.
INSERT INTO writers (id, revision, written_at) VALUES ('gone', extract(epoch FROM now())::bigint * 1000, now());
