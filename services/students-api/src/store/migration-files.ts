import { readdirSync, readFileSync } from 'node:fs'

/** One step of the schema: `migrations/0001-students.sql` is version 1. */
export interface Migration {
  version: number
  name: string
  sql: string
}

/** The steps in a folder, in their order. */
export function readMigrations(folder: URL): Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  return names.toSorted().map((name) => ({
    version: Number.parseInt(name, 10),
    name,
    sql: readFileSync(new URL(name, folder), 'utf8'),
  }))
}

/**
 * The steps that a database at this version lacks.
 * @throws {Error} where a newer program has already taken it further.
 */
export function missingMigrations(migrations: readonly Migration[], current: number): Migration[] {
  const known = migrations.at(-1)?.version ?? 0
  if (current > known) {
    throw new Error(`a newer students-api made it (schema ${current}; this one knows ${known}): run that one`)
  }
  return migrations.filter(({ version }) => version > current)
}
