import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { systemClock } from '../src/clock.ts'
import { openDatabase } from '../src/store/database.ts'
import { SqliteStudentStore } from '../src/store/sqlite-student-store.ts'
import { StudentPages } from '../src/store/student-pages.ts'
import { writeLimits } from '../src/store/write-queue.ts'
import { sorts, type PageRequest, type Position } from '../src/students/student-query.ts'
import { StoreUnavailable } from '../src/students/student-store.ts'
import { openApp, openStore, send, temporaryFolder } from './fixture.ts'

/** Students s1, s2, … with three domains; `tail` is a domain of the last only. */
const fill = `
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
  INSERT INTO students (name, domain, gpa, email, email_key, created_at, updated_at, version)
  SELECT 'Student ' || (i * 7919 % 1000), iif(i = 1, 'tail', 'domain ' || (i % 3)), (i * 31 % 41) / 4.0,
    's' || i || '@example.com', 's' || i || '@example.com', at, at, 1
  FROM n, (SELECT '2026-01-01T00:00:00.000Z' AS at)`

function filledDatabase(t: TestContext, count: number): string {
  const path = join(temporaryFolder(t), 'students.db')
  using db = openDatabase(path)
  db.prepare(fill).run(count)
  return path
}

/** How many turns of the event loop there are before it settles. */
async function turnsUntil(work: Promise<unknown>): Promise<number> {
  let turns = 0
  const over = new AbortController()
  void work.finally(() => over.abort())
  for (; !over.signal.aborted; turns++) await setImmediate()
  return turns
}

test('others are answered while 100,000 students are searched', async (t) => {
  const { app } = openApp(t, openStore(t, filledDatabase(t, 100_000)))
  for (const query of ['q=zzzz', 'q=zzzz&sort=name', 'gpaMin=9.99&gpaMax=9.99&sort=-createdAt']) {
    const found = new AbortController()
    const searching = app.inject(`/students?limit=50&${query}`).finally(() => found.abort())
    let answered = 0
    for (; !found.signal.aborted; answered++) {
      // A request from outside, unlike one injected, arrives in a turn of the loop.
      await setImmediate()
      assert.equal((await app.inject('/livez')).statusCode, 200)
    }
    assert.deepEqual((await searching).json(), [])
    assert.ok(answered >= 20, `${answered} answers meanwhile`)
  }
})

test('two searches leave as many turns to others as one after the other', async (t) => {
  const store = openStore(t, filledDatabase(t, 20_000))
  const search = () => store.page({ order: 'name', limit: 50, q: 'zzzz' })
  const alone = await turnsUntil(search())
  const both = await turnsUntil(Promise.all([search(), search()]))
  assert.ok(alone >= 20 && both >= 2 * alone - 5, `${alone} and ${both} turns`)
})

test('slice by slice it comes to the same, whatever is asked and wherever slices end', (t) => {
  using db = openDatabase(filledDatabase(t, 500))
  const whole = new StudentPages(db, 501)
  const filters = [
    { q: 'nt 1' },
    { domain: 'domain 1' },
    { domain: 'tail' },
    { domain: 'domain 2', q: '9', gpaMin: 2 },
    { gpaMin: 3.25, gpaMax: 8 },
    { gpaMin: 9, gpaMax: 1 },
    { q: 'nobody' },
  ]
  for (const order of ['id', ...sorts] as const) {
    for (const filter of filters) {
      for (const slice of [1, 7, 499]) {
        let after: Position | undefined
        do {
          const request = { order, limit: 40, ...filter, ...(after && { after }) }
          const expected = whole.read(request).next().value
          assert.deepEqual(drained(new StudentPages(db, slice).read(request)), expected)
          after = expected?.next
        } while (after)
      }
    }
  }
})

function drained<Result>(generator: Generator<undefined, Result>): Result {
  for (;;) {
    const { done, value } = generator.next()
    if (done) return value
  }
}

test('a domain of few and what an index finds are one slice', (t) => {
  using db = openDatabase(filledDatabase(t, 5000))
  const pages = new StudentPages(db)
  const isAtOnce = (request: Omit<PageRequest, 'limit'>) =>
    pages.read({ ...request, limit: 50 }).next().done === true
  assert.ok(isAtOnce({ order: 'name', domain: 'tail' }))
  assert.ok(isAtOnce({ order: 'name', domain: 'domain 1' }))
  assert.ok(isAtOnce({ order: 'gpa', gpaMin: 9.9, gpaMax: 9.95 }))
  assert.ok(isAtOnce({ order: 'id', domain: 'nobody' }))
  assert.ok(!isAtOnce({ order: 'id', domain: 'domain 1', q: 'zzzz' }))
  assert.ok(!isAtOnce({ order: 'name', gpaMin: 9.9, gpaMax: 9.95 }))
})

test('a search sees one state, and its ETag is that of this state', async (t) => {
  const path = filledDatabase(t, 20_000)
  const { app } = openApp(t, openStore(t, path))
  const url = '/students?limit=500&sort=name&q=s77'
  const before = await app.inject(url)
  assert.ok(before.json().length > 1)
  const etag = String(before.headers.etag)
  assert.equal((await app.inject({ url, headers: { 'if-none-match': etag } })).statusCode, 304)
  const during = app.inject(url)
  await setImmediate()
  // The first of the order becomes the last, and the last the first: read on in a new state, it would be there twice or not at all.
  const headers = { 'if-match': '*' }
  const first = before.json().at(0).id
  const last = before.json().at(-1).id
  assert.equal((await send(app, 'PATCH', `/students/${first}`, { name: 'zz' }, headers)).statusCode, 200)
  assert.equal((await send(app, 'PATCH', `/students/${last}`, { name: 'A' }, headers)).statusCode, 200)
  assert.deepEqual((await during).json(), before.json())
  assert.equal((await during).headers.etag, etag)
  const after = await app.inject({ url, headers: { 'if-none-match': etag } })
  assert.equal(after.statusCode, 200)
  assert.deepEqual([after.json().at(0).id, after.json().at(-1).id], [last, first])
})

test('a search that nobody waits for any longer ends, and the next one gets its turn', async (t) => {
  const store = openStore(t, filledDatabase(t, 20_000))
  const request: PageRequest = { order: 'name', limit: 50, q: 'zzzz' }
  const whole = await turnsUntil(store.page(request))
  const gone = new AbortController()
  const searches = [store.page(request, gone.signal), store.page(request, gone.signal)]
  const refused = Promise.all(searches.map((search) => assert.rejects(search, { name: 'AbortError' })))
  await setImmediate()
  gone.abort()
  const turns = await turnsUntil(refused)
  assert.ok(turns < whole / 2, `${turns} of ${whole} turns`)
  assert.deepEqual((await store.page(request)).students, [])
})

test('the store is told that the client has gone', async (t) => {
  const store = openStore(t)
  const asked = Promise.withResolvers<AbortSignal>()
  const { app } = openApp(t, {
    ...boundTo(store),
    page(_request, signal) {
      assert.ok(signal)
      asked.resolve(signal)
      return new Promise(() => {})
    },
  })
  const url = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  const socket = connect(Number(url.port), url.hostname)
  socket.write('GET /students?q=x HTTP/1.1\r\nHost: x\r\n\r\n')
  const signal = await asked.promise
  assert.equal(signal.aborted, false)
  socket.destroy()
  await once(signal, 'abort')
})

function boundTo(store: SqliteStudentStore) {
  return {
    list: () => store.list(),
    find: (id: number) => store.find(id),
    ping: () => store.ping(),
    add: store.add.bind(store),
    change: store.change.bind(store),
    remove: store.remove.bind(store),
    history: store.history.bind(store),
    tombstone: store.tombstone.bind(store),
    holdings: store.holdings.bind(store),
    erase: store.erase.bind(store),
    merge: store.merge.bind(store),
  }
}

test('who waits too long for a search is refused, as is one too many, or any once the store is closed', async (t) => {
  const limits = { ...writeLimits, waitMs: 5, waiting: 1 }
  const store = new SqliteStudentStore(filledDatabase(t, 100_000), systemClock, limits)
  const search = () => store.page({ order: 'name', limit: 50, q: 'zzzz' })
  const results = Promise.allSettled([search(), search(), search()])
  const reasons = (await results).map((result) =>
    result.status === 'rejected' && result.reason instanceof StoreUnavailable
      ? result.reason.reason
      : 'found',
  )
  assert.deepEqual(reasons, ['found', 'late', 'full'])
  const unfinished = search()
  await setImmediate()
  store[Symbol.dispose]()
  await assert.rejects(unfinished, { reason: 'closed' })
})
