import { analyse } from '../../src/analysis/analyse.ts'
import { Recorder } from '../../src/engine/recorder.ts'
import { Evidence } from '../../src/evidence/evidence.ts'
import { Origin } from '../../src/http/origin.ts'
import { HttpResponse } from '../../src/http/response.ts'
import { runRecord } from '../../src/run/record.ts'
import { Timeline } from '../../src/run/timeline.ts'
import { Random } from '../../src/scenario/random.ts'
import { FakeClock } from '../engine/fake-clock.ts'
import { anExchange } from '../http/an-exchange.ts'
import { factsOf, snapshotOf } from '../report/run-fixture.ts'
import { SOUND } from '../run/generator-fixture.ts'

/**
 * A million requests, one in twenty failing in thirty ways, through recorder, timeline and analysis: prints how long the
 * analysis took and how much memory there was at most. Exit code 1 past 2 s or 200 MB.
 */
const REQUESTS = 1_000_000
const SECONDS = 100
const KINDS = 30
const NAMES = 10
const LIMITS = { seconds: 2, megabytes: 200 }

const random = new Random(1, 'million')
const origin = new Origin('http://127.0.0.1:5000')
const page = `<!doctype html><title>Error</title>${'x'.repeat(8_000)}`
const passes = new HttpResponse(200, 'HTTP/1.1 200 OK\r\n', '{}', 2, 1)
const failures = Array.from({ length: KINDS }, (_, kind) => {
  const title = `Error of kind ${'abcdefghijklmnopqrstuvwxyzABCD'.charAt(kind)}`
  const body = page.replace('Error', title)
  return new HttpResponse(500, 'HTTP/1.1 500 X\r\ncontent-type: text/html\r\n', body, body.length, 1)
})

const recorder = new Recorder(new FakeClock(), new Evidence(1, 0))
const timeline = new Timeline()
for (let second = 0; second < SECONDS; second++) {
  for (let i = 0; i < REQUESTS / SECONDS; i++) ask(second * 1_000 + (i * SECONDS * 1_000) / REQUESTS)
  timeline.add({ ...snapshotOf(second, []), ...recorder.take() })
}

const began = performance.now()
const record = runRecord(factsOf(SECONDS), timeline, [], SOUND)
const findings = analyse(record)
const seconds = (performance.now() - began) / 1_000
const megabytes = process.resourceUsage().maxRSS / 1_024

console.log(
  `${record.total.count} requests, ${record.total.failures} failures of ${record.failures.length} kinds, ${findings.length} findings`,
)
console.log(
  `analysis ${seconds.toFixed(2)} s (at most ${LIMITS.seconds}), memory ${megabytes.toFixed(0)} MB at most (${LIMITS.megabytes})`,
)
process.exitCode = seconds <= LIMITS.seconds && megabytes <= LIMITS.megabytes ? 0 : 1

function ask(startedAt: number): void {
  const place = random.integer(0, NAMES - 1)
  const name = `/things/${place}`
  const body = `{"id":${random.integer(1, 1e9)},"email":"a${random.integer(1, 1e6)}@example.com","plan":"free"}`
  const exchange = anExchange({
    method: 'POST',
    name,
    origin,
    head: `POST ${name} HTTP/1.1\r\n\r\n`,
    body,
    requestBytes: body.length,
    user: random.integer(0, 49),
    startedAt,
    endedAt: startedAt + random.float(1, 20),
  })
  recorder.started(exchange)
  recorder.answered(
    exchange,
    random.chance(0.05) ? failures[(KINDS / NAMES) * place + random.integer(0, KINDS / NAMES - 1)]! : passes,
  )
}
