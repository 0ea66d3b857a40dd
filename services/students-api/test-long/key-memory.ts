import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { Random } from '../src/seed/random.ts'
import type { NewStudent } from '../src/students/student.ts'

interface Use {
  student: NewStudent
  status: number
  /** Of the student added. */
  location: string | undefined
}

/** A naive twin of what the service remembers of Idempotency-Keys: tells what the answer to a repeat must be. */
export class KeyMemory {
  readonly #uses = new Map<string, Use>()
  readonly #removed = new Set<string>()

  /** A key that was used, with its payload or with another; nothing as long as none was. */
  repeat(random: Random): InjectOptions | undefined {
    const [first, ...rest] = this.#uses
    if (!first) return undefined
    const [key, { student }] = random.pick([first, ...rest])
    const payload = random.chance(0.3) ? { ...student, name: 'Another' } : student
    const headers = { 'content-type': 'application/json', 'idempotency-key': key }
    return { method: 'POST', url: '/students', headers, payload: JSON.stringify(payload) }
  }

  /** Takes note of the answer. @returns What is wrong with it; nothing where it is as it must be. */
  faultOf(request: InjectOptions, response: LightMyRequestResponse): string | undefined {
    if (isRemoved(request, response)) this.#removed.add(textOf(request.url).replace(/\/erasure$/, ''))
    const key = request.headers?.['idempotency-key']
    if (request.method !== 'POST' || request.url !== '/students' || !key) return undefined
    const came = cameTo(response)
    if (came === undefined) return undefined
    const student: NewStudent = JSON.parse(textOf(request.payload))
    const expected = this.#expected(String(key), student)
    if (expected !== undefined) return came === expected ? undefined : `${came} instead of ${expected}`
    const { statusCode: status, headers } = response
    this.#uses.set(String(key), { student, status, location: status === 201 ? headers.location : undefined })
    return /^(?:201|409) /.test(came) && !came.includes('replayed') ? undefined : `${came} for a new key`
  }

  #expected(key: string, student: NewStudent): string | undefined {
    const use = this.#uses.get(key)
    if (!use) return undefined
    // Of a student removed not even a hash is kept, to tell payloads apart by.
    if (use.location !== undefined && this.#removed.has(use.location)) return '410'
    if (identityOf(use.student) !== identityOf(student)) return '422 key-reused'
    return `${use.status} ${use.location ?? ''} replayed`
  }
}

function isRemoved({ method, url }: InjectOptions, { statusCode }: LightMyRequestResponse): boolean {
  if (method === 'DELETE') return statusCode === 204
  return method === 'POST' && statusCode === 200 && textOf(url).endsWith('/erasure')
}

/** The answer as far as it depends on the key; nothing where the request did not get there. */
function cameTo({ statusCode: status, headers, body }: LightMyRequestResponse): string | undefined {
  const replayed = headers['idempotent-replayed'] === 'true' ? ' replayed' : ''
  if (status === 201) return `201 ${headers.location}${replayed}`
  // Its Location is whoever has the e-mail by now.
  if (status === 409) return `409 ${replayed}`
  if (status === 410) return '410'
  return status === 422 && body.includes('/problems/key-reused') ? '422 key-reused' : undefined
}

function identityOf({ name, domain, gpa, email }: NewStudent): string {
  return JSON.stringify([name, domain, gpa, email])
}

/** The fuzz asks with text only. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
