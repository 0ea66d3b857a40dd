import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { url } from '../../src/http/url.ts'
import { ok, Rig } from './rig.ts'

const id = 17
const domain = 'R&D/ü ?#'

const CASES: [ReturnType<typeof url>, string, string][] = [
  [url`/students`, '/students', '/students'],
  [url`/students/${{ id }}`, '/students/17', '/students/{id}'],
  [url`/students/${id}/grades`, '/students/17/grades', '/students/{}/grades'],
  [
    url`/students?domain=${{ domain }}&limit=${{ limit: 5 }}`,
    '/students?domain=R%26D%2F%C3%BC%20%3F%23&limit=5',
    '/students?domain={domain}&limit={limit}',
  ],
  [url`http://127.0.0.1:1/a/${{ id: 2n }}`, 'http://127.0.0.1:1/a/2', 'http://127.0.0.1:1/a/{id}'],
]

for (const [{ path, name }, expectedPath, expectedName] of CASES) {
  test(`${expectedName} with its values is ${expectedPath}`, () =>
    assert.deepEqual([path, name], [expectedPath, expectedName]))
}

for (const value of [
  undefined,
  null,
  {},
  { a: 1, b: 2 },
  { a: undefined },
  { a: {} },
  Symbol.iterator,
  () => 1,
]) {
  test(`refused: ${inspect(value)}`, () => assert.throws(() => url`/${value as never}`, TypeError))
}

test('a request is named by its template, unless it has a name', async () => {
  await using rig = await Rig.serving((_, socket) => socket.write(ok()))
  await rig.client.get(url`/students/${{ id }}`)
  await rig.client.get(url`/students/${{ id }}`, { name: 'one student' })
  await rig.client.request('PURGE', url`/x/${{ id }}`)
  assert.deepEqual(
    rig.witness.begun.map(({ method, name, head }) => [
      method,
      name.replace(rig.url, ''),
      head.split(' ', 2)[1],
    ]),
    [
      ['GET', '/students/{id}', '/students/17'],
      ['GET', 'one student', '/students/17'],
      ['PURGE', '/x/{id}', '/x/17'],
    ],
  )
})
