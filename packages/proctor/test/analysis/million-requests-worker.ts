import { Recorder } from '../../src/engine/recorder.ts'
import { Evidence } from '../../src/evidence/evidence.ts'
import { Origin } from '../../src/http/origin.ts'
import { HttpResponse } from '../../src/http/response.ts'
import { Random } from '../../src/scenario/random.ts'
import { FakeClock } from '../engine/fake-clock.ts'
import { anExchange } from '../http/an-exchange.ts'
import { snapshotOf } from '../report/run-fixture.ts'

/** Records requests, and tells a second of them each time it is asked. */
const REQUESTS = 1_000_000
const KINDS = 30
const NAMES = 10
const SECONDS = Number(process.argv[2])

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
let second = 0
process.on('message', () => {
  for (let i = 0; i < REQUESTS / SECONDS; i++) ask(second * 1_000 + (i * SECONDS * 1_000) / REQUESTS)
  process.send!({ ...snapshotOf(second, []), ...recorder.take() })
  second += 1
})

function ask(startedAt: number): void {
  const place = random.integer(0, NAMES - 1)
  const name = `/things/${place}`
  const body = `{"id":${random.integer(1, 1e9)},"email":"a${random.integer(1, 1e6)}@example.com","plan":"free"}`
  const exchange = anExchange({
    method: 'POST',
    name,
    origin,
    target: name,
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
