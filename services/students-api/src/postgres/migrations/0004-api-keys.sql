-- secret_hash: SHA-256; the secret itself is nowhere. A revoked key stays, so that the table is never empty again: an
-- empty one means that no key is asked for.
CREATE TABLE api_keys (
  id text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  scopes text NOT NULL,
  secret_hash text NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz
);
