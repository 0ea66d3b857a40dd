import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { HistoryError, toHistoryError } from './history-error.ts'
import { VIEW_TABLE } from './views.ts'

const VERSION = 1

/** `begun` and `second` are there while a run goes on, and stay where its process died; then comes `record`. */
const SCHEMA = `
CREATE TABLE run (
  run_id TEXT PRIMARY KEY,
  name TEXT,
  started_at REAL NOT NULL,
  told_at REAL NOT NULL,
  pid INTEGER NOT NULL,
  machine TEXT NOT NULL,
  summary TEXT NOT NULL,
  state TEXT,
  begun BLOB,
  record BLOB
) STRICT;
CREATE INDEX run_by_time ON run (started_at);
CREATE TABLE second (
  run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
  number INTEGER NOT NULL,
  told BLOB NOT NULL,
  PRIMARY KEY (run_id, number)
) STRICT;
CREATE TABLE tag (
  run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
  tag TEXT NOT NULL,
  PRIMARY KEY (run_id, tag)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = ${VERSION};
`

/** How long one waits for another process. */
export const PATIENT_MS = 5_000

export interface Opened {
  readonly database: DatabaseSync
  /** A damaged file was found, and where it was put. */
  readonly setAside: string | undefined
}

export function fileIn(folder: string): string {
  return join(folder, 'runs.sqlite')
}

/**
 * Makes the folder and the file where there are none, for their owner only: they hold what services answered. A file
 * that is no database is put aside, and another one begun. Throws a `HistoryError`.
 */
export function openDatabase(folder: string): Opened {
  const file = fileIn(folder)
  try {
    makeFile(folder, file)
    return openOrSetAside(file)
  } catch (error) {
    throw toHistoryError(error, file)
  }
}

/** To read only, also where nobody may write. Throws a `HistoryError`. */
export function openToRead(folder: string): DatabaseSync {
  const file = fileIn(folder)
  try {
    const url = pathToFileURL(file)
    url.search = 'immutable=1'
    const database = new DatabaseSync(url, { readOnly: true })
    checkVersion(database, file)
    return database
  } catch (error) {
    throw toHistoryError(error, file)
  }
}

/** Takes a damaged file out of the way, with what belongs to it; answers its new path. */
export function setAside(file: string): string {
  const aside = `${file}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix)
  }
  return aside
}

/** SQLite gives its two other files the permissions of the first. */
function makeFile(folder: string, file: string): void {
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(join(folder, '.gitignore'), '*\n')
  }
  closeSync(openSync(file, 'a', 0o600))
}

function openOrSetAside(file: string): Opened {
  try {
    return { database: configured(file), setAside: undefined }
  } catch (error) {
    if (toHistoryError(error, file).code !== 'history-corrupt') throw error
    const aside = setAside(file)
    closeSync(openSync(file, 'a', 0o600))
    return { database: configured(file), setAside: aside }
  }
}

function configured(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: PATIENT_MS })
  try {
    if (checkVersion(database, file) === 0) create(database)
    // Beside what version 1 knows, and no hindrance to it.
    database.exec(VIEW_TABLE)
    // A commit that is not synced survives the death of the process; that of the machine may cost the last seconds.
    database.exec('PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function checkVersion(database: DatabaseSync, file: string): number {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (version <= VERSION) return version
  throw new HistoryError(
    'history-newer',
    `${file} has schema ${version}, this version knows ${VERSION}; update Proctor, or use another --history folder`,
  )
}

/** Two runs may begin at once in a new folder: the second finds what the first has made. */
function create(database: DatabaseSync): void {
  database.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE')
  try {
    const isEmpty = database.prepare('PRAGMA user_version').get()?.['user_version'] === 0
    database.exec(isEmpty ? `${SCHEMA} COMMIT` : 'COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
