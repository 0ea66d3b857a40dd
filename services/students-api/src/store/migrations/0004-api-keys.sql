-- secret_hash: SHA-256; the secret itself is nowhere. A revoked key stays, so that the table is never empty again: an
-- empty one means that no key is asked for.
CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  created_at TEXT NOT NULL,
  revoked_at TEXT
) STRICT;
