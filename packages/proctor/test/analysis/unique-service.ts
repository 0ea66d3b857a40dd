import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import { type Loopback, loopback } from '../engine/loopback.ts'

/** A service that keeps things in SQLite, one of whose fields is unique, and answers a repeat with the status given. */
export async function uniqueService(
  t: TestContext,
  field: string,
  status: number,
  earlier: readonly string[] = [],
): Promise<Loopback> {
  const database = new DatabaseSync(':memory:')
  database.exec(`CREATE TABLE things (id INTEGER PRIMARY KEY, ${field} TEXT UNIQUE)`)
  const insert = database.prepare(`INSERT INTO things (${field}) VALUES (?)`)
  for (const value of earlier) insert.run(value)
  let rows = 0
  return loopback(t, (request, reply) => {
    if (request.method === 'GET') return reply.end('x'.repeat(140 * rows))
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      try {
        insert.run(String((JSON.parse(body) as Record<string, unknown>)[field]))
        rows += 1
        reply.writeHead(201).end('{"id":1}')
      } catch (error) {
        refuse(reply, status, error as Error)
      }
    })
    return undefined
  })
}

function refuse(
  reply: Parameters<Parameters<typeof loopback>[1] & object>[1],
  status: number,
  error: Error,
): void {
  if (status < 500) {
    reply.writeHead(status, { 'content-type': 'application/problem+json' }).end('{"title":"Already in use"}')
    return
  }
  // As the debugger of a web framework does.
  const page = `<!doctype html><title>IntegrityError: ${error.message}</title><h1>IntegrityError</h1>${'<p>frame</p>'.repeat(4_750)}`
  reply.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(page)
}
