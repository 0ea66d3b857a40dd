import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const START = new URL('../start.ts', import.meta.url).pathname

async function countOf(url: string): Promise<number> {
  const students = (await (await fetch(`${url}/students`)).json()) as unknown[]
  return students.length
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`npm start: the page and the service are there; a fresh database is a call away; ${signal} stops both`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'start-test-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const child = spawn(process.execPath, [START, '--port', '0', '--web-port', '0'], {
      cwd: folder,
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.after(() => child.kill('SIGKILL'))
    let said = ''
    for await (const chunk of child.stdout) {
      said += String(chunk)
      if (said.includes('Ctrl-C')) break
    }
    const [, service] = /students-api is at (\S+), /.exec(said)!
    const [, page] = /Proctor is at (\S+)\//.exec(said)!
    const student = { name: 'A', domain: 'B', gpa: 8, email: 'a@example.com' }
    const headers = { 'content-type': 'application/json', origin: page! }
    await fetch(`${service}/students`, { method: 'POST', headers, body: JSON.stringify(student) })
    assert.equal(await countOf(service!), 1)
    const { status } = await fetch(`${page}/api/refresh`, { method: 'POST', headers, body: '{}' })
    assert.deepEqual([status, await countOf(service!)], [200, 0])
    child.kill(signal)
    const [code] = (await once(child, 'exit')) as [number | null]
    assert.deepEqual([code, readdirSync(folder)], [0, []])
    await assert.rejects(fetch(service!))
    await assert.rejects(fetch(page!))
  })
}
