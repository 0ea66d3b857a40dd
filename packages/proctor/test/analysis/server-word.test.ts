import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { analyse } from '../../src/analysis/analyse.ts'
import type { Finding } from '../../src/analysis/finding.ts'
import type { RunRecord } from '../../src/run/record.ts'
import type { ServerRecord, SignatureRecord } from '../../src/run/server-record.ts'
import { Random } from '../../src/scenario/random.ts'
import { recordOfSent, type Sent } from './recorded.ts'

const TIMES = Array.from({ length: 400 }, (_, index) => index * 25)
const SAID = { level: 'error', count: 6, passing: 0 }

/** Two in seven fail, by nothing that they have in common: neither do they come in turns. */
function record(failing: Partial<Sent>, passing: Partial<Sent> = {}): RunRecord {
  const random = new Random(1, 'failing')
  return recordOfSent(TIMES.map((at) => ({ at, ...(random.chance(2 / 7) ? failing : passing) })))
}

/** The log of the service, as it says something of the failing requests. */
function withLog(
  of: RunRecord,
  said: Partial<SignatureRecord>,
  messages: ServerRecord['messages'] = [],
): Finding {
  const signatures = of.failures.map(({ method, name, signature }) => {
    return { method, name, signature, kept: 6, joined: 6, passing: 6, messages: [], ...said }
  })
  const server = { sources: [], messages, signatures }
  return analyse({ ...of, server }).find(({ severity }) => severity === 'failure')!
}

describe("what the server's log says", () => {
  const failed = record({ status: 500, body: '' })

  test('is the finding, where nothing in the requests tells failing from passing', () => {
    const finding = withLog(failed, { messages: [{ ...SAID, message: 'SequenceError: step … before …' }] })
    assert.deepEqual([finding.id, finding.certainty], ['server-error', 'likely'])
    assert.match(finding.title, /: the service ran into SequenceError: step … before …\.$/)
    assert.equal(
      finding.evidence[0],
      "The server's log says: error: SequenceError: step … before … (on 6 of 6 of these requests that were followed).",
    )
    assert.equal(finding.explains!.failures, failed.total.failures)
  })

  test('counts for nothing where it says the same of those that passed', () => {
    const every = { level: 'info', message: 'POST … …', count: 6, passing: 6 }
    const finding = withLog(failed, { messages: [every] })
    assert.equal(finding.id, 'unexplained')
    assert.ok(finding.evidence.every((each) => !each.includes('log says: ')))
    const both = withLog(failed, { messages: [every, { ...SAID, count: 5, message: 'disk quota' }] })
    assert.match(both.evidence[0]!, /error: disk quota \(on 5 of 6/)
  })

  test('names a database that was locked, and puts what it does not name behind', () => {
    const locked = [{ ...SAID, message: 'SqliteError: database is locked' }]
    const finding = withLog(failed, { messages: locked })
    assert.equal(finding.id, 'dependency')
    assert.match(finding.title, /the database was locked by another transaction/)
    const late = recordOfSent(
      TIMES.map((at) => ({ at, ...(at > 6_000 && at < 7_500 ? { status: 500, body: '' } : {}) })),
    )
    const [before, after] = [analyse(late)[0]!, withLog(late, { messages: locked })]
    assert.deepEqual([before.id, after.id], ['for-a-while', 'dependency'])
    assert.deepEqual(
      after.rivals.map(({ id }) => id),
      ['for-a-while'],
    )
  })

  test('is said to be silent where it is', () => {
    const finding = withLog(failed, { joined: 0 })
    assert.equal(finding.evidence[0], "The server's log says nothing of 6 of these requests.")
  })

  test('is told by its number where its lines bear no ids', () => {
    const seen = { firstSeen: '', lastSeen: '' }
    const count = failed.total.failures
    const finding = withLog(failed, { joined: 0 }, [
      { level: 'error', message: 'too many clients', count, ...seen },
    ])
    assert.equal(finding.id, 'dependency')
    assert.match(
      finding.evidence.join(),
      new RegExp(`says ${count} times, about as often .*too many clients`),
    )
  })
})

function timing(text: string): string {
  return `server-timing: ${text}\r\n`
}

/** What is said of requests that took 40 ms and whose answers told this. */
function noteOf(text: string): string | undefined {
  const told = { ms: 40, headers: timing(text) }
  return analyse(record(told, told)).find(({ id }) => id === 'server-time')?.title
}

describe('Server-Timing', () => {
  test('tells the time of the database from that of the service and of the way there', () => {
    assert.equal(
      noteOf('db;dur=32, total;dur=38'),
      'The database took 80 % of the time of POST /a: 32 ms of 40 ms.',
    )
    assert.match(
      noteOf('db;dur=2, total;dur=38')!,
      /^The service’s own code took the time of POST \/a, not its database/,
    )
    assert.match(noteOf('total;dur=4')!, /^POST \/a spent 90 % of its time before or behind the service/)
    assert.equal(noteOf('cache;desc=hit'), undefined)
  })

  test('says that failing requests waited for the database', () => {
    const slow = { status: 503, body: '', ms: 2_000, headers: timing('db;dur=1990') }
    const [finding] = analyse(record(slow, { headers: timing('db;dur=2') }))
    assert.equal(finding!.id, 'dependency')
    assert.match(finding!.title, /the database was too slow/)
    assert.match(finding!.evidence[0]!, /the database took 99.5 % of the time/)
  })

  test('says what slow requests have in common', () => {
    const usual = { ms: 5, headers: timing('db;dur=2') }
    const slow = { ms: 500, headers: timing('db;dur=480') }
    const some = recordOfSent(
      TIMES.map((at, index) => ({ at, ...(index > 40 && index % 20 === 0 ? slow : usual) })),
    )
    const finding = analyse(some).find(({ id }) => id === 'outliers')
    assert.match(
      finding!.title,
      /took five times as long as was usual just before, or longer: they waited for the database \(96 %/,
    )
  })
})
