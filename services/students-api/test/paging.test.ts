import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { sorts, type Order } from '../src/students/student-query.ts'
import type { Student } from '../src/students/student.ts'
import { contract, openAppOn, type Engine } from './engines.ts'
import { ada, addStudent, openApp, post, problemOf } from './fixture.ts'

const names = ['Ada', 'Zoë 🎓', 'bob', 'Bob', 'Émile', '100% sure', 'under_score', String.raw`back\slash`]

/** The service with sixty students of few names, domains and grades, so that there are many ties. */
async function openWithSixty(t: TestContext, engine: Engine): Promise<FastifyInstance> {
  const store = await (await engine.makeDatabase(t)).open()
  const students = Array.from({ length: 60 }, (_, n) => ({
    name: names[n % names.length]!,
    domain: ['Engineering', 'Mathematics', 'Art & Design'][n % 3]!,
    gpa: ((n * 8) % 21) / 2,
    email: `s${n}@${n % 2 === 0 ? 'Example' : 'other'}.com`,
  }))
  await Promise.all(students.map((student) => addStudent(store, student)))
  return openApp(t, store).app
}

async function studentsAt(app: FastifyInstance, url: string): Promise<Student[]> {
  const response = await app.inject(url)
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

/** Follows the links from page to page. */
async function walk(app: FastifyInstance, url: string): Promise<Student[][]> {
  const pages: Student[][] = []
  for (let next: string | undefined = url; next !== undefined;) {
    const response: LightMyRequestResponse = await app.inject(next)
    assert.equal(response.statusCode, 200, response.body)
    pages.push(response.json())
    next = /^<(?<url>[^>]+)>; rel="next"$/.exec(String(response.headers.link))?.groups?.['url']
  }
  return pages
}

/** The order of a page, done naively: bytes of UTF-8 for text, ties by id, a descending order backwards. */
function inOrder(students: readonly Student[], order: Order): Student[] {
  const property = order.replace('-', '') as 'id' | 'name' | 'gpa' | 'createdAt'
  const compare = (a: Student, b: Student) => {
    const [x, y] = [a[property], b[property]]
    const difference =
      typeof x === 'string' ? Buffer.compare(Buffer.from(x), Buffer.from(String(y))) : x - Number(y)
    return difference || a.id - b.id
  }
  const ascending = students.toSorted(compare)
  return order.startsWith('-') ? ascending.toReversed() : ascending
}

for (const order of ['id', ...sorts] as const) {
  contract(`pages by ${order} together are everybody, each once, in order`, async (t, engine) => {
    const app = await openWithSixty(t, engine)
    const all = inOrder(await studentsAt(app, '/students'), order)
    const sort = order === 'id' ? '' : `&sort=${order}`
    for (const limit of [1, 7, 59, 60, 61]) {
      const pages = await walk(app, `/students?limit=${limit}${sort}`)
      assert.equal(pages.length, Math.ceil(60 / limit))
      assert.deepEqual(pages.flat(), all)
    }
  })
}

const filters: Record<string, (student: Student) => boolean> = {
  'domain=Art+%26+Design': ({ domain }) => domain === 'Art & Design',
  'domain=art': () => false,
  'gpaMin=3.5': ({ gpa }) => gpa >= 3.5,
  'gpaMax=3.5': ({ gpa }) => gpa <= 3.5,
  'gpaMin=3.5&gpaMax=3.5': ({ gpa }) => gpa === 3.5,
  'gpaMin=9&gpaMax=1': () => false,
  'q=BOB': ({ name }) => /bob/i.test(name),
  'q=%25': ({ name }) => name.includes('%'),
  'q=_': ({ name }) => name.includes('_'),
  'q=%5C': ({ name }) => name.includes('\\'),
  'q=@example': ({ email }) => /@example/i.test(email),
  'q=s1&domain=Engineering&gpaMin=2&gpaMax=9': ({ email, domain, gpa }) =>
    email.includes('s1') && domain === 'Engineering' && gpa >= 2 && gpa <= 9,
}

for (const [filter, matches] of Object.entries(filters)) {
  contract(`?${filter} is what a filter over the whole list finds, in every order`, async (t, engine) => {
    const app = await openWithSixty(t, engine)
    const expected = (await studentsAt(app, '/students')).filter(matches)
    for (const order of ['id', ...sorts] as const) {
      const sort = order === 'id' ? '' : `&sort=${order}`
      const pages = await walk(app, `/students?${filter}&limit=4${sort}`)
      assert.deepEqual(pages.flat(), inOrder(expected, order), order)
    }
  })
}

contract('a page holds 50 unless asked for another number', async (t, engine) => {
  const app = await openWithSixty(t, engine)
  assert.equal((await studentsAt(app, '/students?sort=name')).length, 50)
  assert.equal((await studentsAt(app, '/students')).length, 60)
})

contract(
  'students who come or go between pages are not seen twice, nor do they hide others',
  async (t, engine) => {
    const app = await openWithSixty(t, engine)
    const first = await app.inject('/students?limit=10&sort=gpa')
    const seen = first.json<Student[]>()
    await app.inject({ method: 'DELETE', url: `/students/${seen[9]?.id}` })
    await post(app, { ...ada, gpa: 0 })
    const link = /<(?<url>[^>]+)>/.exec(String(first.headers.link))?.groups?.['url'] ?? ''
    const rest = (await walk(app, link)).flat()
    assert.equal(new Set([...seen, ...rest].map(({ id }) => id)).size, 60)
    assert.equal(rest.length, 50)
  },
)

contract('a page has an ETag and can be 304', async (t, engine) => {
  const app = await openWithSixty(t, engine)
  const url = '/students?limit=5'
  const tag = String((await app.inject(url)).headers.etag)
  assert.equal((await app.inject({ url, headers: { 'if-none-match': tag } })).statusCode, 304)
  await post(app, ada)
  assert.equal((await app.inject({ url, headers: { 'if-none-match': tag } })).statusCode, 200)
})

const cursorFor = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')

const wrong: Record<string, string[]> = {
  'limit=0': ['limit'],
  'limit=501': ['limit'],
  'limit=1.5': ['limit'],
  'limit=': ['limit'],
  'limit=ten': ['limit'],
  'limit=1e2': ['limit'],
  'limit=1&limit=2': ['limit'],
  'gpaMin=11': ['gpaMin'],
  'gpaMax=-1': ['gpaMax'],
  'q=': ['q'],
  'q=a%00b': ['q'],
  'domain=': ['domain'],
  'sort=email': ['sort'],
  'sort=--name': ['sort'],
  'offset=1': ['offset'],
  '__proto__=1': ['__proto__'],
  'limit=0&page=2&sort=x': ['limit', 'page', 'sort'],
  'cursor=': ['cursor'],
  'cursor=x': ['cursor'],
  [`cursor=${cursorFor('name', 'Ada', 1)}`]: ['cursor'],
  [`cursor=${cursorFor('id', 'Ada', 1)}`]: ['cursor'],
  [`cursor=${cursorFor('id', 1, null)}`]: ['cursor'],
  [`cursor=${cursorFor('id', 1.5, 1)}`]: ['cursor'],
  [`cursor=${cursorFor('id', 1e300, 1)}`]: ['cursor'],
  [`cursor=${cursorFor('id', 1, 1.5)}`]: ['cursor'],
  [`sort=name&cursor=${cursorFor('name', {}, 1)}`]: ['cursor'],
  [`sort=name&cursor=${cursorFor('name', 'a\0b', 1)}`]: ['cursor'],
  [`sort=createdAt&cursor=${cursorFor('createdAt', 'yesterday', 1)}`]: ['cursor'],
  [`sort=createdAt&cursor=${cursorFor('createdAt', '0000-01-01T00:00:00.000Z', 1)}`]: ['cursor'],
  [`sort=createdAt&cursor=${cursorFor('createdAt', '2026-13-01T00:00:00.000Z', 1)}`]: ['cursor'],
  [`cursor=${'x'.repeat(4001)}`]: ['cursor'],
}

contract(
  'a query that is not understood is 422 and names each parameter that is wrong',
  async (t, engine) => {
    const { app } = await openAppOn(t, engine)
    for (const [query, parameters] of Object.entries(wrong)) {
      const response = await app.inject(`/students?${query}`)
      assert.deepEqual(problemOf(response), [422, 'invalid'], query)
      const { errors } = response.json<{ errors: { parameter: string }[] }>()
      assert.deepEqual(errors.map(({ parameter }) => parameter).toSorted(), parameters, query)
    }
  },
)
