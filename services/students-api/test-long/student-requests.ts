import type { HistoryRecord } from '../src/students/history-record.ts'
import type { NewStudent, Student } from '../src/students/student.ts'

/** A student to be added, and the Idempotency-Key it is sent with each time. */
export interface Sent {
  student: NewStudent
  key: string
}

export interface Answer {
  status: number
  body: string
}

// Far longer than the service lets a request wait for its database.
const patienceMs = 30_000

/** @throws where no answer comes. */
export async function post(url: string, { student, key }: Sent): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key }
  return ask(`${url}/students`, { method: 'POST', headers, body: JSON.stringify(student) })
}

/** All students, by e-mail. */
export async function listed(url: string): Promise<Map<string, Student[]>> {
  const { body } = await ask(`${url}/students`)
  return Map.groupBy(JSON.parse(body) as Student[], ({ email }) => email)
}

/** The records of a student's history, up to as many as a page has. */
export async function recordsOf(url: string, id: number): Promise<HistoryRecord[]> {
  const { status, body } = await ask(`${url}/students/${id}/history`)
  return status === 200 ? JSON.parse(body) : []
}

export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(patienceMs) })
  return { status: response.status, body: await response.text() }
}
