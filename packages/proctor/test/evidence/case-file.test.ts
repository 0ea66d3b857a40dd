import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CaseFile, type CohortRecord } from '../../src/evidence/case-file.ts'
import { Evidence } from '../../src/evidence/evidence.ts'
import { HttpResponse } from '../../src/http/response.ts'
import { Random } from '../../src/scenario/random.ts'
import { anExchange } from '../http/an-exchange.ts'

const REQUESTS = 3_000
const answer = (status: number): HttpResponse =>
  new HttpResponse(status, `HTTP/1.1 ${status} X\r\n`, '', 0, 1)

/** Posts of numbers from 0 to 999; one that was posted before fails. */
function posted(workers: number): CaseFile {
  const random = new Random(1, 'posts')
  const evidences = Array.from({ length: workers }, (_, worker) => new Evidence(worker, 0))
  const names = evidences.map((evidence) => evidence.ofName('POST', '/students')!)
  const file = new CaseFile()
  const seen = new Set<number>()
  for (let i = 0; i < REQUESTS; i++) {
    const [id, worker] = [random.integer(0, 999), random.integer(0, workers - 1)]
    const body = JSON.stringify({ email: `a${id}@example.com`, domain: 'x', password: `p${id}` })
    const exchange = anExchange({
      method: 'POST',
      name: '/students',
      head: 'POST /students HTTP/1.1\r\nAuthorization: s3cret\r\n\r\n',
      body,
      requestBytes: body.length,
      startedAt: i,
      endedAt: i + 2,
      user: i % 10,
    })
    const [evidence, name] = [evidences[worker]!, names[worker]!]
    if (seen.has(id)) evidence.failed(name, '409 Taken', exchange, answer(409), 1)
    else evidence.passed(name, exchange, answer(201), 1)
    seen.add(id)
    if (i % 500 === 499) for (const each of evidences) for (const cohort of each.take()) file.add(cohort)
  }
  return file
}

const [one, four] = [posted(1), posted(4)]
const cohort = (file: CaseFile, outcome: string): CohortRecord =>
  file.requests[0]!.cohorts.find((each) => each.outcome === outcome)!

test('whether a value was sent before is known exactly', () => {
  const [passed, failed] = [cohort(one, 'passed'), cohort(one, 'failed')]
  assert.equal(passed.count + failed.count, REQUESTS)
  const [field, failing] = [passed.fields, failed.fields].map((fields) =>
    fields.find(({ name }) => name === '/email')!,
  )
  assert.deepEqual([field!.repeated, field!.distinct], [0, passed.count])
  assert.deepEqual([failing!.repeated, failing!.occurrences], [failed.count, failed.count])
  assert.deepEqual(failing!.neverPassed, { occurrences: 0, distinct: 0 })
})

/** A worker knows only its own users' times; and which of equally frequent values are told is a matter of order. */
function withoutOrder(file: CaseFile) {
  return file.requests[0]!.cohorts.map(({ outcome, count, times, measures, fields }) => {
    const { requestBytes, durationMs, connectionUse } = measures
    const known = fields
      .map((field) => ({ ...field, top: [] }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    return { outcome, count, times, requestBytes, durationMs, connectionUse, known }
  })
}

test('one worker and four find the same', () => {
  assert.deepEqual(withoutOrder(four), withoutOrder(one))
})

test('a few of each outcome are kept whole, the same for the same seed; secrets are masked', () => {
  const kept = one.exemplars.filter(({ outcome }) => outcome === 'failed')
  assert.deepEqual(
    kept.map(({ chosen }) => chosen),
    ['by chance', 'by chance', 'by chance', 'by chance', 'slowest', 'slowest'],
  )
  assert.deepEqual(posted(1).exemplars, one.exemplars)
  assert.ok(!JSON.stringify(one.exemplars).includes('s3cret'))
  const password = cohort(one, 'failed').fields.find(({ name }) => name === '/password')!
  for (const { text } of password.top) assert.ok(text === null || text === '[redacted]', `${text}`)
  assert.ok(!JSON.stringify(one.requests).includes('"p1'))
})

test('names, signatures and kept bodies are bounded', () => {
  const evidence = new Evidence(1, 0)
  const name = evidence.ofName('GET', '/a')!
  const large = new HttpResponse(500, 'HTTP/1.1 500 X\r\n', 'x'.repeat(1_000_000), 1_000_000, 1)
  for (let i = 0; i < 1_000; i++) evidence.failed(name, `500 ${i}`, anExchange(), large, 1)
  const cohorts = evidence.take()
  assert.equal(cohorts.length, 200)
  const characters = cohorts
    .flatMap(({ exemplars }) => exemplars)
    .reduce((sum, { response }) => sum + response!.body.length, 0)
  assert.ok(characters < 4_000_000, `${characters}`)
  for (let i = 0; i < 100; i++) evidence.ofName('GET', `/${i}`)
  assert.equal(evidence.ofName('GET', '/late'), undefined)
})
