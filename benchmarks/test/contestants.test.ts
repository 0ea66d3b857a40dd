import assert from 'node:assert/strict'
import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { contestants } from '../contestants.ts'
import { headersOf, loadCases, postedStudent } from '../load-case.ts'
import { h2load } from '../h2load.ts'
import { artillery } from '../peers/artillery.ts'
import { autocannon } from '../peers/autocannon.ts'
import { k6 } from '../peers/k6.ts'
import { locustFast } from '../peers/locust.ts'
import { oha } from '../peers/oha.ts'
import { proctor } from '../proctor.ts'
import { wrk } from '../wrk.ts'

const ending = (stdout: string, exitCode: number | null = 0) => ({
  exitCode,
  signal: null,
  stdout,
  stderr: '',
})
const [small, , post] = loadCases
const assignment = { loadCase: small!, url: 'http://127.0.0.1:1', seconds: 8, folder: tmpdir() }

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

test('wrk posts a constant body, without a Lua function per request', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'benchmarks-test-'))
  const argv = wrk.argv({ ...assignment, loadCase: post!, folder: folder.path })
  const lua = readFileSync(argv[argv.indexOf('-s') + 1]!, 'utf8')
  assert.ok(lua.includes(postedStudent) && !lua.includes('function'), lua)
  assert.ok(argv.includes('Content-Type: application/json'))
})

test('every contestant asks for the path of its case, with the headers of all', () => {
  for (const [name, contestant] of Object.entries(contestants)) {
    for (const loadCase of loadCases) {
      if (loadCase.isSecure === true && contestant.speaksTls !== true) continue
      using folder = mkdtempDisposableSync(join(tmpdir(), 'benchmarks-test-'))
      const argv = contestant.argv({ ...assignment, loadCase, folder: folder.path })
      const scripts = argv.filter((word) => /\.(?:js|py|yml|ts|lua)$/.test(word)).map(contentOf)
      const said = [...argv, ...scripts].join('\n')
      assert.ok(said.includes(loadCase.path), `${name} does not ask for ${loadCase.path}`)
      if (contestant.program === proctor.program) continue
      for (const [, value] of headersOf(loadCase)) {
        const own = value === 'application/json' && /json[=:]/.test(said)
        assert.ok(own || said.includes(value), `${name} does not send ${value}`)
      }
    }
  }
})

test('what the peers say when a request failed', () => {
  const cases: [typeof wrk, string, number, string | undefined][] = [
    [autocannon, '104k requests in 8.01s, 29 MB read', 0, undefined],
    [autocannon, '9 2xx responses, 3 non 2xx responses', 0, '9 2xx responses, 3 non 2xx responses'],
    [autocannon, '50 errors (0 timeouts)', 0, '50 errors (0 timeouts)'],
    [oha, ohaSays('"200": 9', '"aborted due to deadline": 50'), 0, undefined],
    [oha, ohaSays('"200": 9', '"connection refused": 5'), 0, '"connection refused": 5'],
    [oha, ohaSays('"200": 9, "404": 5', ''), 0, 'answers by status: "200": 9, "404": 5'],
    [oha, ohaSays('', ''), 0, 'answers by status: '],
    [k6, '', 99, 'a check failed'],
    [locustFast, '', 1, 'a request failed'],
    [locustFast, '', 0, undefined],
    [artillery, 'http.codes.200: ......... 812', 0, undefined],
    [artillery, 'http.codes.404: ......... 812', 0, 'http.codes.404: ......... 812'],
    [artillery, 'errors.ECONNREFUSED: ... 50', 0, 'errors.ECONNREFUSED: ... 50'],
  ]
  for (const [contestant, said, exitCode, complaint] of cases) {
    assert.equal(contestant.complaint(ending(said, exitCode), assignment), complaint, said)
  }
})

function ohaSays(codes: string, errors: string): string {
  return `{"statusCodeDistribution": {${codes}}, "errorDistribution": {${errors}}}`
}

/** Of a script, not of a program: those need not be here. */
function contentOf(path: string): string {
  return path.includes('.cache') || path.includes('cli/main.ts') ? '' : readFileSync(path, 'utf8')
}

function complaintAt(report: unknown, exitCode = 0): string | undefined {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'benchmarks-test-'))
  writeFileSync(join(folder.path, 'proctor.json'), JSON.stringify(report))
  return proctor.complaint(ending('', exitCode), { ...assignment, folder: folder.path })
}

const said = (failed: number, codes: string, protocol = 'h2'): string =>
  `Application protocol: ${protocol}\nrequests: 9 total, 9 started, 9 done, 9 succeeded, ${failed} failed, 0 errored, 0 timeout\nstatus codes: 9 2xx, ${codes}\n`

test('h2load is asked for a connection for each user and a request at a time, and judged by its words', () => {
  const http2 = loadCases.at(-1)!
  const argv = h2load.argv({ ...assignment, loadCase: http2, url: 'https://127.0.0.1:1' })
  assert.deepEqual(argv.slice(0, 5), ['h2load', '-t1', '-c50', '-m1', '-D8'])
  assert.equal(argv.at(-1), 'https://127.0.0.1:1/students')
  const complaint = (stdout: string, code = 0) => h2load.complaint(ending(stdout, code), assignment)
  assert.equal(complaint(said(0, '0 3xx, 0 4xx, 0 5xx')), undefined)
  assert.equal(complaint(said(2, '0 3xx, 0 4xx, 2 5xx')), '2 failed, 0 3xx, 0 4xx, 2 5xx')
  assert.equal(complaint(said(0, '0 3xx, 0 4xx, 0 5xx', 'http/1.1')), 'it did not speak HTTP/2')
  assert.equal(complaint('nothing'), 'it did not say what was answered')
  assert.equal(complaint('', 1), 'it failed')
})
