import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { pino } from 'pino'
import { createApp, type AppDependencies } from '../src/app.ts'
import { systemClock } from '../src/clock.ts'
import { SqliteStudentStore } from '../src/store/sqlite-student-store.ts'
import type { StudentStore, StudentWriter } from '../src/students/student-store.ts'
import type { NewStudent, Student } from '../src/students/student.ts'

export const ada = { name: 'Ada Lovelace', domain: 'Engineering', gpa: 9.95, email: 'ada@example.com' }

/** Whose the writes of tests are that ask the store itself. */
export const tester = { principal: 'tester' }

export type LogLine = Record<string, unknown>

export interface TestApp {
  app: FastifyInstance
  log: LogLine[]
}

/** A folder that is gone when the test is over. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'students-api-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

export function openStore(
  t: TestContext,
  path = join(temporaryFolder(t), 'students.db'),
): SqliteStudentStore {
  const store = new SqliteStudentStore(path, systemClock)
  t.after(() => store[Symbol.dispose]())
  return store
}

/** Adds a student whose e-mail is free. */
export async function addStudent(store: StudentWriter, student: NewStudent): Promise<Student> {
  const addition = await store.add(student, tester)
  assert.ok(addition.state === 'added', addition.state)
  return addition.student
}

/** The service on a fresh database, or on the store given, and all that it logs. */
export function openApp(
  t: TestContext,
  store: StudentStore = openStore(t),
  options: Pick<AppDependencies, 'keys' | 'limits'> = {},
): TestApp {
  const log: LogLine[] = []
  const logger = pino({ base: null, level: 'debug' }, { write: (line: string) => log.push(JSON.parse(line)) })
  const app = createApp({ store, logger, ...options })
  t.after(() => app.close())
  return { app, log }
}

export function post(
  app: FastifyInstance,
  payload: NonNullable<InjectOptions['payload']>,
  headers: Record<string, string> = {},
) {
  return send(app, 'POST', '/students', payload, headers)
}

/** A request with a JSON body. */
export function send(
  app: FastifyInstance,
  method: 'POST' | 'PUT' | 'PATCH',
  url: string,
  payload: NonNullable<InjectOptions['payload']>,
  headers: Record<string, string> = {},
) {
  return app.inject({
    method,
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload),
  })
}

/** The response as `[status, last part of the problem's type]`. */
export function problemOf(response: LightMyRequestResponse): [number, string] {
  return [response.statusCode, String(response.json()['type']).replace('/problems/', '')]
}

/** Where the response's errors point. */
export function pointersOf(response: LightMyRequestResponse): string[] {
  const { errors } = response.json<{ errors?: { pointer: string }[] }>()
  return (errors ?? []).map(({ pointer }) => pointer)
}
