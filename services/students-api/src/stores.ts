import type { DatabaseAddress } from './arguments.ts'
import type { ApiKeyStore } from './auth/api-key.ts'
import type { Clock } from './clock.ts'
import { PostgresApiKeys } from './postgres/postgres-api-keys.ts'
import { PostgresStudentStore } from './postgres/postgres-student-store.ts'
import { SqliteApiKeys } from './store/sqlite-api-keys.ts'
import { SqliteStudentStore } from './store/sqlite-student-store.ts'
import type { StudentStore } from './students/student-store.ts'

type Opened<Store> = Store & (Disposable | AsyncDisposable)

/**
 * The students of a database, whichever it is.
 * @throws {DatabaseUnusable}
 */
export async function openStudents(database: DatabaseAddress, clock: Clock): Promise<Opened<StudentStore>> {
  return database.engine === 'postgres'
    ? PostgresStudentStore.open(database, clock)
    : new SqliteStudentStore(database.path, clock)
}

/**
 * The API keys beside them, by a connection of their own: asking for a key waits for no student.
 * @throws {DatabaseUnusable}
 */
export async function openKeys(database: DatabaseAddress, clock: Clock): Promise<Opened<ApiKeyStore>> {
  return database.engine === 'postgres'
    ? PostgresApiKeys.open(database, clock)
    : new SqliteApiKeys(database.path)
}
