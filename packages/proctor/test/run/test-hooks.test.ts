import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cli } from '../../src/cli/cli.ts'
import { FakeMachine } from '../cli/fake-machine.ts'
import { loopback } from '../engine/loopback.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'

const USERS = `export const Reader = defineUser({
  waitTime: constant(0.01),
  iterations: 3,
  tasks: { read: ({ http }) => http.get('/read/' + test.data.id) },
})
`
const scenario = (hooks: string): string => `import { constant, defineTest, defineUser } from 'proctor'
export const test = defineTest({ ${hooks} })
${USERS}`

test('once before all users, once behind them, whatever the number of workers; uncounted, and what it answers is everywhere', async (t) => {
  const { host, seen } = await loopback(t, (_, reply) => reply.end('{"id":17}'))
  const hooks = `async onStart({ http }) { return (await http.post('/students')).json() },
    onStop: ({ http, data }) => http.delete('/students/' + data.id)`
  const cwd = temporaryFolder(t, { 'it.ts': scenario(hooks) })
  const machine = new FakeMachine(
    ['run', 'it.ts', '-H', host, '-u', '4', '-r', '100', '--threads', '2', '-t', '5s', '--json'],
    { cwd },
  )
  assert.equal(await cli(machine), 0, machine.stderr.text)
  assert.deepEqual([seen[0], seen.at(-1)], ['POST /students', 'DELETE /students/17'])
  assert.deepEqual(
    seen.slice(1, -1),
    Array.from({ length: 12 }, () => 'GET /read/17'),
  )
  assert.equal(JSON.parse(machine.stdout.text).total.count, 12)
})

test('an onStart that throws: the run does not begin, exit 2', async (t) => {
  const { host, seen } = await loopback(t)
  const cwd = temporaryFolder(t, { 'it.ts': scenario(`onStart() { throw new Error('no login') }`) })
  const machine = new FakeMachine(['run', 'it.ts', '-H', host, '-t', '5s'], { cwd })
  assert.equal(await cli(machine), 2)
  assert.match(machine.stderr.text, /it\.ts:2:\d+: Error: no login\n$/)
  assert.deepEqual(seen, [])
})

test('an onStop that throws is an exception of the run', async (t) => {
  const { host } = await loopback(t)
  const hooks = `onStart: () => ({ id: 1 }), onStop() { throw new Error('still there') }`
  const cwd = temporaryFolder(t, { 'it.ts': scenario(hooks) })
  const machine = new FakeMachine(['run', 'it.ts', '-H', host, '-t', '5s', '--json'], { cwd })
  assert.equal(await cli(machine), 1)
  const [exception] = JSON.parse(machine.stdout.text).exceptions
  assert.deepEqual(
    [exception.user, exception.task, exception.message],
    ['(test)', 'onStop', 'Error: still there'],
  )
})

test('what cannot be handed to other threads is refused by name', async (t) => {
  const { host } = await loopback(t)
  const cwd = temporaryFolder(t, { 'it.ts': scenario(`onStart: () => ({ id: () => 1 })`) })
  const machine = new FakeMachine(['run', 'it.ts', '-H', host, '-t', '5s'], { cwd })
  assert.equal(await cli(machine), 2)
  assert.match(machine.stderr.text, /could not be cloned/)
})
