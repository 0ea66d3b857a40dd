import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { text } from 'node:stream/consumers'
import { startService } from '../service.ts'

const PROCTOR = new URL('../../node_modules/.bin/proctor', import.meta.url).pathname

/** Each scenario, and names of requests that have to be among those that it asks. */
const SCENARIOS: [string, string[], string[]][] = [
  ['create.ts', ['--emails', 'unique'], ['POST /students']],
  ['realistic.ts', [], ['GET /students?limit=50']],
  ['payloads.ts', ['--largest', '2000'], ['POST /students/import (1 rows)']],
  ['database.ts', ['--students', '300'], ['GET /students/{id}']],
]

test('each scenario runs against students-api without a failure', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'scenarios-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const service = (await startService(folder, '0', t.signal))!
  t.after(() => service.stop())
  for (const [file, args, names] of SCENARIOS) {
    await t.test(file, async () => {
      const path = new URL(`../${file}`, import.meta.url).pathname
      const load = [
        '-u',
        '3',
        '-r',
        '100',
        '-t',
        '1s',
        '--stop-timeout',
        '3s',
        '--threads',
        '2',
        '--json',
        '--no-history',
      ]
      const child = spawn(PROCTOR, ['run', path, '-H', service.url, ...load, ...args])
      const [out, err, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit'),
      ])
      assert.equal(code, 0, err)
      const { requests, exceptions, total } = JSON.parse(out) as {
        requests: { method: string; name: string }[]
        exceptions: unknown[]
        total: { count: number; failures: number }
      }
      const asked = new Set(requests.map(({ method, name }) => `${method} ${name}`))
      assert.deepEqual([total.failures, exceptions], [0, []])
      assert.deepEqual(
        names.filter((name) => !asked.has(name)),
        [],
        [...asked].join(', '),
      )
    })
  }
  await t.test('realistic.ts, once: the whole life of a student', async () => {
    const path = new URL('../realistic.ts', import.meta.url).pathname
    const child = spawn(PROCTOR, ['run', path, '-H', service.url, '--once'])
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    assert.equal(code, 0, out)
    for (const answer of ['< 201 Created', '< 200 OK', '< 204 No Content'])
      assert.ok(out.includes(answer), answer)
  })
})
