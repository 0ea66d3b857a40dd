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

export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(patienceMs) })
  return { status: response.status, body: await response.text() }
}
