-- AUTOINCREMENT: an id is never given twice, so an old address never leads to another student.
-- email_key: the normalised e-mail; BINARY collation, since the normal form is made before it gets here.
CREATE TABLE students (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  domain TEXT NOT NULL,
  gpa REAL NOT NULL CHECK (gpa BETWEEN 0 AND 10),
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1)
) STRICT;
