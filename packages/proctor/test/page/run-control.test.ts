import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Tick } from '../../src/page/wire.ts'
import { eventsOf, pageOf, tickThat } from './page-fixture.ts'

const isOver = ({ run }: Tick): boolean => run.state === 'completed' || run.state === 'stopped'

/** Which of its seconds come with their names. */
function namedIn({ seconds }: Tick): boolean[] {
  return seconds.map(({ r }) => r !== undefined)
}

function sumOf(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0)
}

suite('a run from the page', { concurrency: true }, () => {
  test('start, watch, and all that was told adds up to what the service saw', async (t) => {
    const { url, call, seen } = await pageOf(t)
    assert.equal((await call('start', { fields: { 'run-time': '2.2' } })).status, 200)
    const seconds = new Map<number, readonly number[]>()
    let last: Tick | undefined
    for await (const { data } of eventsOf(url)) {
      for (const { s, a } of data.seconds) seconds.set(s, a)
      last = data
      if (isOver(data)) break
    }
    const told = [...seconds.values()].reduce((sum, [count]) => sum + count!, 0)
    assert.deepEqual([told, last?.all.count, last?.run.state], [seen.length, seen.length, 'completed'])
    assert.ok(seconds.size >= 3)
  })

  test('who comes in the middle, or comes back, has missed nothing', async (t) => {
    const { url, call, seen } = await pageOf(t)
    await call('start', { fields: { 'run-time': '3.2' } })
    const { id, data } = await tickThat(url, ({ seconds }) => seconds.length > 0)
    const known = data.seconds.reduce((sum, { a: [count] }) => sum + count, 0)
    await tickThat(url, isOver)
    const caughtUp = await tickThat(url, () => true, { 'last-event-id': id })
    const rest = caughtUp.data.seconds.reduce((sum, { a: [count] }) => sum + count, 0)
    assert.equal(known + rest, seen.length)
    assert.ok(caughtUp.data.seconds.every(({ s }) => s >= data.seconds.length))
    const late = await tickThat(url, () => true)
    assert.equal(
      late.data.seconds.reduce((sum, { a: [count] }) => sum + count, 0),
      seen.length,
    )
    const rows = late.data.rows.map(({ name, count, failures }) => [name, count, failures])
    const gone = seen.filter((each) => each.endsWith('/gone')).length
    assert.deepEqual(
      rows.toSorted(([a], [b]) => String(a).length - String(b).length),
      [
        ['/', seen.length - gone, 0],
        ['/gone', gone, gone],
      ],
    )
  })

  test('the seconds of a name are asked for, but for those that came since', async (t) => {
    const { url, call, seen } = await pageOf(t)
    await call('start', { fields: { 'run-time': '2.2' } })
    await tickThat(url, isOver)
    const { id, data } = await tickThat(url, () => true)
    assert.deepEqual(
      namedIn(data),
      data.seconds.map((_, place) => place === data.seconds.length - 1),
    )
    const back = await tickThat(url, () => true, { 'last-event-id': id.replace(/:.*/, ':1') })
    assert.deepEqual(
      namedIn(back.data),
      data.seconds.slice(1).map(() => true),
    )
    const text = await (await fetch(`${url}/api/run/names/${encodeURIComponent('GET /gone')}`)).text()
    const seconds = text
      .split(';')
      .slice(1)
      .map((each) => each.split(',').map(Number))
    const gone = seen.filter((each) => each.endsWith('/gone')).length
    assert.equal(
      seconds.reduce((sum, [, count]) => sum + count!, 0),
      gone,
    )
    assert.ok(seconds.every(([place], at) => place === at))
    assert.equal((await fetch(`${url}/api/run/names/${encodeURIComponent('GET /other')}`)).status, 404)
  })

  test('an id of another run tells all from the start', async (t) => {
    const { url, call } = await pageOf(t)
    await call('start', { fields: { 'run-time': '1.2' } })
    await tickThat(url, isOver)
    const { data } = await tickThat(url, () => true, { 'last-event-id': 'other-1:1' })
    assert.equal(data.seconds[0]?.s, 0)
  })

  test('the users are changed while it goes on, at the rate that is asked for', async (t) => {
    const { url, call } = await pageOf(t)
    await call('start', { fields: {} })
    await tickThat(url, ({ run }) => run.state === 'running')
    await call('steer', { target: 9, spawnRate: 1000 })
    const { data } = await tickThat(url, ({ seconds }) => seconds.some(({ u }) => u === 9))
    assert.deepEqual(
      data.run.steering.map(({ target }) => target),
      [9],
    )
    await call('stop', {})
    const end = await tickThat(url, isOver)
    assert.equal(end.data.run.state, 'stopped')
  })

  test('it is started over: the same plan, all figures from 0', async (t) => {
    const { url, call } = await pageOf(t)
    await call('start', { fields: { users: '3' } })
    const before = await tickThat(url, ({ all }) => all.count > 0)
    assert.equal((await call('start-over', {})).status, 200)
    const { data } = await tickThat(
      url,
      ({ run }) => run.id !== before.data.run.id && run.state === 'running',
    )
    assert.deepEqual([data.run.seed, data.run.load], [before.data.run.seed, before.data.run.load])
    const anew = await tickThat(url, ({ seconds }) => seconds.length > 0)
    assert.equal(anew.data.seconds[0]?.s, 0)
  })

  test('statistics are reset: counts from 0, the run goes on, and its record is whole and says so', async (t) => {
    const { url, call, seen, control } = await pageOf(t)
    assert.equal((await call('reset', {})).body['code'], 'no-run')
    await call('start', { fields: { users: '3' } })
    const before = await tickThat(url, ({ seconds }) => seconds.some(({ s }) => s >= 1))
    assert.equal((await call('reset', {})).status, 200)
    await tickThat(url, ({ run, all }) => run.resets.length === 1 && all.count > 0)
    // Who comes now is told all.
    const { run, seconds, all, rows, failures } = (await tickThat(url, () => true)).data
    assert.deepEqual([run.id, run.state], [before.data.run.id, 'running'])
    assert.ok(run.countedFromSeconds >= 2)
    const counted = seconds.slice(run.countedFromSeconds).reduce((sum, { a: [count] }) => sum + count, 0)
    assert.deepEqual([all.count, sumOf(rows), sumOf(failures)], [counted, counted, all.failures])
    assert.ok(all.count < seen.length)
    await call('stop', {})
    const end = await tickThat(url, isOver)
    assert.ok(end.data.all.count >= all.count && end.data.all.count < seen.length)
    assert.equal(control.end?.record.total.count, seen.length)
    assert.deepEqual(control.end?.record.resets, run.resets)
  })

  test('one run at a time; what can’t be done says why', async (t) => {
    const { url, call } = await pageOf(t)
    assert.deepEqual((await call('stop', {})).body['code'], 'no-run')
    await call('start', { fields: {} })
    assert.deepEqual((await call('start', { fields: {} })).body['code'], 'run-under-way')
    await tickThat(url, ({ run }) => run.state === 'running')
    for (const body of [{ target: -1 }, { target: 1e9 }, { target: '5' }, { target: 5, spawnRate: 0 }, {}]) {
      assert.deepEqual((await call('steer', body)).status, 422, JSON.stringify(body))
    }
    assert.deepEqual((await call('start', { fields: { users: 5 } })).body['code'], 'bad-field')
    assert.deepEqual((await call('refresh', {})).status, 404)
    assert.deepEqual((await call('nothing')).body['code'], 'not-found')
    assert.deepEqual((await call('start')).body['code'], 'wrong-method')
  })

  test('a failure is there whole when it is asked for', async (t) => {
    const { url, call } = await pageOf(t)
    await call('start', { fields: { 'run-time': '1.5' } })
    const { data } = await tickThat(url, ({ failures }) => failures.length > 0)
    const { body } = await call(`run/failures/${data.failures[0]!.index}`)
    const { example } = body as { example: { request: { url: string }; response: { status: number } } }
    assert.match(example.request.url, /\/gone$/)
    assert.equal(example.response.status, 410)
    assert.equal((await call('run/failures/99')).status, 404)
  })
})
