import assert from 'node:assert/strict'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { proctor } from '../proctor.ts'
import { wrk } from '../wrk.ts'

const ending = (stdout: string, exitCode: number | null = 0) => ({
  exitCode,
  signal: null,
  stdout,
  stderr: '',
})
const assignment = { url: 'http://127.0.0.1:1', seconds: 8, folder: tmpdir() }

test('wrk is asked for one thread, the same users, and one URL', () => {
  const argv = wrk.argv(assignment)
  assert.deepEqual(argv.slice(0, 4), ['wrk', '-t1', '-c50', '-d8s'])
  assert.equal(argv.at(-1), 'http://127.0.0.1:1/students')
})

test('wrk ends with 0 whatever was answered: its words tell', () => {
  assert.equal(wrk.complaint(ending('  99 requests in 8.00s'), assignment), undefined)
  assert.equal(
    wrk.complaint(ending('  Non-2xx or 3xx responses: 9\n'), assignment),
    'Non-2xx or 3xx responses: 9',
  )
  assert.match(wrk.complaint(ending('  Socket errors: connect 50, read 0\n'), assignment) ?? '', /connect 50/)
  assert.equal(wrk.complaint(ending('', null), assignment), 'it failed')
})

test("Proctor's failures are read from its report", () => {
  assert.equal(complaintAt({ total: { count: 9, failures: 0 }, exceptions: [] }), undefined)
  assert.equal(complaintAt({ total: { count: 9, failures: 2 }, exceptions: [] }), '2 of 9 requests failed')
  assert.match(
    complaintAt({ total: { count: 9, failures: 0 }, exceptions: [{ count: 1 }] }) ?? '',
    /exceptions/,
  )
  assert.match(complaintAt({ total: null }) ?? '', /no total/)
})

test('Proctor may find itself the bottleneck, and nothing worse', () => {
  const held = { total: { count: 9, failures: 0 }, exceptions: [] }
  assert.equal(complaintAt(held, 3), undefined)
  assert.equal(complaintAt(held, 4), 'it failed')
})

function complaintAt(report: unknown, exitCode = 0): string | undefined {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'benchmarks-test-'))
  writeFileSync(join(folder.path, 'proctor.json'), JSON.stringify(report))
  return proctor.complaint(ending('', exitCode), { ...assignment, folder: folder.path })
}
