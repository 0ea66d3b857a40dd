import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Snapshot } from '../../src/engine/snapshot.ts'
import type { Exemplar } from '../../src/evidence/exemplar.ts'
import { phasesOf } from '../../src/http/phases.ts'
import { Redaction } from '../../src/evidence/redaction.ts'
import type { ServerLine } from '../../src/run/server-record.ts'
import type { Entry } from '../../src/server-side/entry.ts'
import { parseLine } from '../../src/server-side/log-line.ts'
import { ServerSide } from '../../src/server-side/server-side.ts'
import type { Source, SourceListener } from '../../src/server-side/source.ts'
import { FakeClock } from '../engine/fake-clock.ts'
import { anExchange } from '../http/an-exchange.ts'
import { recordOf, snapshotOf } from '../report/run-fixture.ts'

const FAILING = [{ name: '/students', count: 20, failures: 2, signature: '409 The e-mail is taken' }]

/** A source that says what a test makes it say. */
class Spoken implements Source {
  readonly name = 'spoken'
  readonly notes = []
  lines = 0
  bytes = 0
  #listener: SourceListener | undefined

  async start(listener: SourceListener): Promise<void> {
    this.#listener = listener
  }

  async look(): Promise<void> {}
  async stop(): Promise<void> {}

  say(line: string | Entry): void {
    this.lines += 1
    this.#listener!.entry(typeof line === 'string' ? parseLine(line, undefined)! : line, this)
  }
}

function id(number: number): string {
  return number.toString(16).padStart(32, '0')
}

function exemplar(traceId: string, headers: [string, string][] = [], body = ''): Exemplar {
  return {
    request: { method: 'GET', url: 'http://127.0.0.1/students', headers: [], body: '' },
    response: { status: 409, headers, body },
    phases: phasesOf(anExchange()),
    traceId,
    server: [],
    chosen: 'by chance',
    priority: 1,
    durationMs: 1,
    elapsedMs: 1,
    user: 1,
    connection: null,
    inFlight: 0,
  }
}

async function serverSide() {
  const [source, clock] = [new Spoken(), new FakeClock()]
  const side = new ServerSide([source], { clock, redaction: new Redaction(), say() {} })
  await side.start()
  /** A failing request is kept, and the run has heard of it. */
  const keep = (...kept: Exemplar[]): void => {
    const snapshot = snapshotOf(0, FAILING)
    const failures = snapshot.failures.map(([key, group]): Snapshot['failures'][number] => {
      return [key, { ...group, what: { ...group.what, example: kept[0]! } }]
    })
    side.told({ ...snapshot, failures })
  }
  const end = async (...kept: Exemplar[]) => {
    const record = recordOf(FAILING)
    const failed = {
      method: 'GET',
      name: '/students',
      outcome: 'failed',
      signature: FAILING[0]!.signature,
    } as const
    const [failure] = record.failures
    const ending = side.end({
      ...record,
      failures: [{ ...failure!, example: kept[0] ?? null }],
      exemplars: kept.map((each) => ({ ...failed, ...each })),
    })
    await clock.advance(3_000)
    const { failures, exemplars, server } = await ending
    return { lines: (failures[0]!.example?.server ?? []) as ServerLine[], exemplars, server: server! }
  }
  return { source, clock, side, keep, end }
}

for (const when of ['before', 'after', 'at the end'] as const) {
  test(`a line that comes ${when} the request is known to be kept is joined to it`, async () => {
    const { source, keep, end, clock } = await serverSide()
    const line = `{"level":30,"msg":"request","problem":"email-taken","traceId":"${id(7)}"}`
    if (when === 'before') source.say(line)
    keep(exemplar(id(7)))
    if (when === 'after') source.say(line)
    if (when === 'at the end') clock.after(1_000, () => source.say(line))
    const { lines, server } = await end(exemplar(id(7)))
    assert.deepEqual(lines, [
      { at: null, level: 'info', message: 'request: email-taken', text: line, source: 'spoken' },
    ])
    assert.deepEqual(server.signatures, [
      {
        method: 'GET',
        name: '/students',
        signature: '409 The e-mail is taken',
        kept: 1,
        joined: 1,
        passing: 0,
        messages: [{ level: 'info', message: 'request: email-taken', count: 1, passing: 0 }],
      },
    ])
  })
}

test('the id may be one that the service gave: in a header of its answer, or in its problem document', async () => {
  for (const kept of [
    exemplar('', [['X-Request-Id', 'req-42']]),
    exemplar('', [], '{"title":"taken","requestId":"req-42"}'),
    exemplar(id(1), [['traceparent', `00-${id(42)}-00f067aa0ba902b7-01`]]),
  ]) {
    const { source, keep, end } = await serverSide()
    source.say(`{"msg":"hers","reqId":"req-42","seen":"${id(42)}"}`)
    source.say('{"msg":"another","reqId":"req-43"}')
    keep(kept)
    const { lines } = await end(kept)
    assert.deepEqual(
      lines.map(({ message }) => message),
      ['hers'],
    )
  }
})

test('of failing requests that are not kept, too, it is counted what the service said', async () => {
  const { source, side, keep, end } = await serverSide()
  const failed = {
    method: 'GET',
    name: '/students',
    outcome: 'failed',
    signature: FAILING[0]!.signature,
  } as const
  const cohort = { ...failed, count: 18, tenths: [], measures: [], fields: [], exemplars: [] }
  const ids = Array.from({ length: 18 }, (_, number) => id(number + 1))
  side.told({ ...snapshotOf(0, FAILING), evidence: [{ ...cohort, traceIds: ids }] })
  keep(exemplar(id(1)))
  for (const each of ids.slice(0, 17)) source.say(`{"level":50,"msg":"no stock","traceId":"${each}"}`)
  const { server } = await end(exemplar(id(1)))
  const [said] = server.signatures
  assert.deepEqual(
    [said!.kept, said!.joined, said!.messages],
    [18, 17, [{ level: 'error', message: 'no stock', count: 17, passing: 0 }]],
  )
})

test('what is grave is counted, by what stays the same in it; the rest is not held', async () => {
  const { source, end } = await serverSide()
  for (let i = 0; i < 5; i++)
    source.say(`{"level":50,"msg":"no connection to 10.0.0.${i} after ${i} ms","password":"hunter2"}`)
  for (let i = 0; i < 3; i++) source.say('{"level":30,"msg":"fine"}')
  source.say('{"level":40,"msg":"token=hunter2 expired"}')
  const { server } = await end()
  assert.deepEqual(
    server.messages.map(({ level, message, count }) => [level, message, count]),
    [
      ['error', 'no connection to … after … ms', 5],
      ['warn', 'token=[redacted] expired', 1],
    ],
  )
  assert.equal(server.sources[0]!.lines, 9)
})

test('secrets in a line are masked, and a line is kept to 8 KiB', async () => {
  const { source, keep, end } = await serverSide()
  keep(exemplar(id(7)))
  source.say(
    `{"msg":"x","traceId":"${id(7)}","req":{"headers":{"authorization":"Bearer hunter2"}},"q":"/a?token=hunter2","long":"${'y'.repeat(50_000)}"}`,
  )
  source.say(`2026-01-01 WARN ${id(7)} signing in with password=hunter2`)
  const { lines } = await end(exemplar(id(7)))
  assert.equal(lines.length, 2)
  assert.ok(!JSON.stringify(lines).includes('hunter2'), JSON.stringify(lines))
  assert.ok(lines[0]!.text.length <= 8 * 1024)
})

test('a clock that is an hour off is told, and joins as ever', async () => {
  const { source, keep, end, clock } = await serverSide()
  clock.block(10_000_000)
  keep(exemplar(id(7)))
  for (let i = 0; i < 9; i++) {
    source.say({ at: clock.now() - 3_600_000, level: 'info', message: 'x', text: 'x', ids: [id(7)] })
  }
  const { lines, server } = await end(exemplar(id(7)))
  assert.equal(lines.length, 9)
  assert.equal(server.sources[0]!.clockAheadMs, -3_600_000)
  assert.deepEqual(server.sources[0]!.notes, [
    "its clock is 3600 s behind this one's; lines are joined by id, not by time",
  ])
})

test('a million lines are not held, and those of the last seconds are joined', async () => {
  const { source, keep, end } = await serverSide()
  globalThis.gc?.()
  for (let i = 0; i < 300_000; i++)
    source.say({ at: undefined, level: 'info', message: 'm', text: `line ${i}`, ids: [id(i)] })
  keep(exemplar(id(299_990)))
  keep(exemplar(id(3)))
  const { exemplars } = await end(exemplar(id(299_990)), exemplar(id(3)))
  assert.deepEqual(
    exemplars.map(({ server }) => server.length),
    [1, 0],
  )
})
