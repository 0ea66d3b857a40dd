import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'

const EXAM = new URL('../exam.ts', import.meta.url).pathname

test('starts the service, runs the load, prints the table, and leaves nothing behind', async (t) => {
  const port = await freePort()
  const { exam, folder } = startExam(t, ['--port', String(port), '-t', '3s'])
  const [output, [code]] = await Promise.all([text(exam.stdout!), once(exam, 'exit')])
  assert.equal(code, 0)
  assert.match(output, /Aggregated +\d+ +\d+/)
  assert.deepEqual(readdirSync(folder), [])
  assert.equal(await listens(port), false)
})

test('a port in use is one line with the next step', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1')
  t.after(() => holder.close())
  await once(holder, 'listening')
  const { port } = holder.address() as AddressInfo
  const { exam } = startExam(t, ['--port', String(port)])
  const [errors, [code]] = await Promise.all([text(exam.stderr!), once(exam, 'exit')])
  assert.equal(code, 1)
  assert.equal(
    errors,
    `students-api: port ${port} is in use: stop what listens there, or pass --port ${port + 1}\n`,
  )
})

test('an unknown flag is refused with the usage', async (t) => {
  const { exam } = startExam(t, ['--prot', '1'])
  const [errors, [code]] = await Promise.all([text(exam.stderr!), once(exam, 'exit')])
  assert.equal(code, 2)
  assert.match(errors, /--prot.*\nusage: /s)
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} in the middle still reports, stops the service, and leaves nothing behind`, async (t) => {
    const port = await freePort()
    const { exam, folder } = startExam(t, ['--port', String(port)])
    let output = ''
    exam.stdout!.setEncoding('utf8').on('data', (said: string) => (output += said))
    while (!output.includes('started a second')) await delay(20)
    exam.kill(signal)
    const [code] = (await once(exam, 'close')) as [number]
    assert.equal(code, 130)
    assert.match(output, /\d+ requests? in \d/)
    assert.deepEqual(readdirSync(folder), [])
    assert.equal(await listens(port), false)
  })
}

for (const afterMs of [200, 350, 500, 650]) {
  test(`SIGINT ${afterMs} ms after the start leaves nothing behind`, async (t) => {
    const port = await freePort()
    const { exam, folder } = startExam(t, ['--port', String(port)])
    await delay(afterMs)
    exam.kill('SIGINT')
    const [code, signal] = (await once(exam, 'exit')) as [number | null, string | null]
    // Before Node has begun with the exam's code there is nothing to clear away, and the signal itself ends it.
    assert.ok(code === 130 || signal === 'SIGINT', `${code} ${signal}`)
    assert.deepEqual(readdirSync(folder), [])
    assert.equal(await listens(port), false)
  })
}

test('--port 0 aims at the port the service says', async (t) => {
  const { exam } = startExam(t, ['--port', '0', '-t', '1500ms'])
  const [output, [code]] = await Promise.all([text(exam.stdout!), once(exam, 'exit')])
  assert.equal(code, 0)
  assert.match(output, /is at http:\/\/127\.0\.0\.1:[1-9]\d*,/)
})

/** The exam with a temporary folder of its own, so that what it leaves there is seen. */
function startExam(t: TestContext, args: string[]): { exam: ChildProcess; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'exam-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const exam = spawn(process.execPath, [EXAM, '--no-history', ...args], {
    env: { ...process.env, TMPDIR: folder },
  })
  return { exam, folder }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function listens(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}/livez`)
    return true
  } catch {
    return false
  }
}
