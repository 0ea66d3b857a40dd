import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { DurationHistogram } from '../src/metrics/histogram.ts'
import { Exposition } from '../src/metrics/exposition.ts'
import { ada, openApp, post } from './fixture.ts'

async function samplesOf(app: FastifyInstance): Promise<Map<string, number>> {
  await setImmediate()
  const { body, headers } = await app.inject('/metrics')
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const [, name = '', value] = /^([a-z_]+(?:\{.*\})?) (\S+)$/.exec(line) ?? assert.fail(line)
      return [name, Number(value)]
    }),
  )
}

test('requests are counted by method, route and status, and their durations by route', async (t) => {
  const { app } = openApp(t)
  await post(app, ada)
  await post(app, ada)
  await app.inject('/students')
  await app.inject('/students/1')
  await app.inject('/students/2')
  const samples = await samplesOf(app)
  const count = (method: string, route: string, status: number) =>
    samples.get(`http_requests_total{method="${method}",route="${route}",status="${status}"}`)
  assert.equal(count('POST', '/students', 201), 1)
  assert.equal(count('POST', '/students', 409), 1)
  assert.equal(count('GET', '/students/:id', 200), 1)
  assert.equal(count('GET', '/students/:id', 404), 1)
  const labels = 'method="GET",route="/students/:id"'
  assert.equal(samples.get(`http_request_duration_seconds_count{${labels}}`), 2)
  assert.equal(samples.get(`http_request_duration_seconds_bucket{${labels},le="+Inf"}`), 2)
  assert.equal(samples.get('students_write_queue_wait_seconds_count'), 2)
  assert.equal(samples.get('students_write_queue_depth'), 0)
  assert.equal(samples.get('students_list_students'), 1)
  assert.ok(Number(samples.get('students_list_bytes')) > 100)
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes']) {
    assert.ok(Number(samples.get(name)) > 0, name)
  }
})

test('no address or method that clients make up becomes a series', async (t) => {
  const { app } = openApp(t)
  const before = await samplesOf(app)
  for (let n = 0; n < 50; n++) await app.inject(`/made-up-${n}?email=ada@example.com`)
  const after = await samplesOf(app)
  const perRoute = 1 + 14 + 2
  // Those of the first /metrics, which counts itself afterwards, and those without a route.
  assert.ok(after.size <= before.size + 2 * perRoute, `${before.size} became ${after.size}`)
  assert.doesNotMatch([...after.keys()].join(), /made-up|example/)
})

test('a histogram counts in each bucket what is below it, too, as a naive twin does', () => {
  const durationsMs = [0, 0.5, 0.51, 3, 10, 99, 100, 101, 9999, 10_001]
  const histogram = new DurationHistogram()
  for (const durationMs of durationsMs) histogram.record(durationMs)
  const out = new Exposition()
  histogram.write(out, 'x', {})
  for (const [, le = '', count] of out.text.matchAll(/x_bucket\{le="([^"]+)"\} (\d+)/g)) {
    const boundMs = le === '+Inf' ? Infinity : Number(le) * 1000
    assert.equal(Number(count), durationsMs.filter((durationMs) => durationMs <= boundMs).length, le)
  }
  assert.match(out.text, /^x_count 10$/m)
})

test('a label has its quotes, backslashes and line breaks escaped', () => {
  const out = new Exposition()
  out.sample('x', { a: 'b"\\\n' }, 1)
  assert.equal(out.text, 'x{a="b\\"\\\\\\n"} 1\n')
})
