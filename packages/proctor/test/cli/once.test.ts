import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { cli } from '../../src/cli/cli.ts'
import { loopback } from '../engine/loopback.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'
import { FakeMachine } from './fake-machine.ts'

const SCENARIO = `import { abort, between, defineTest, defineUser, leave } from 'proctor'
export const test = defineTest({ onStart: () => ({ id: 17 }), onStop: ({ http, data }) => http.delete('/' + data.id) })
export const Reader = defineUser({
  weight: 3,
  waitTime: between(50, 60),
  onStart: ({ http }) => http.get('/login', { headers: { Authorization: 'Bearer s3cret' } }),
  tasks: {
    home: { weight: 3, tags: ['smoke'], run: ({ http }) => http.post('/home', { json: { name: 'Ada', password: 's3cret', id: test.data.id } }) },
    forum: { onStart: ({ http }) => http.get('/enter'), onStop: ({ http }) => http.get('/exit'), tasks: { read: ({ http }) => http.get('/read'), leave } },
    shop: { tags: ['buy'], tasks: { browse: () => {}, cart: () => {} }, next: { browse: { browse: 0.6, cart: 0.3, leave: 0.1 }, cart: { leave: 1 } } },
    pay: { sequence: { look: () => {}, sign: () => {} } },
  },
})
export const Admin = defineUser({ fixedCount: 2, tasks: { idle: () => {} } })
`

function machineOf(t: TestContext, args: string[], scenario = SCENARIO): FakeMachine {
  return new FakeMachine(args, { cwd: temporaryFolder(t, { 'it.ts': scenario }) })
}

test('--once does each task once, hooks and sets too, and shows what went over the wire; secrets are masked', async (t) => {
  const { host, seen } = await loopback(t, (_, reply) =>
    reply.setHeader('content-type', 'application/json').end('{"token":"s3cret","students":[{"id":1}]}'),
  )
  const machine = machineOf(t, ['run', 'it.ts', '-H', host, '--once'])
  assert.equal(await cli(machine), 0, machine.stderr.text)
  assert.deepEqual(seen, ['GET /login', 'POST /home', 'GET /enter', 'GET /read', 'GET /exit', 'DELETE /17'])
  const { text } = machine.stdout
  assert.ok(!text.includes('s3cret'), text)
  assert.match(
    text,
    /\n\nReader home\n {2}POST \/home {2}[\d.]+ ms\n {2}> POST http:\/\/127\.0\.0\.1:\d+\/home\n {2}> Host: /,
  )
  assert.match(text, /\n {2}> {5}"name": "Ada",\n/)
  assert.match(text, /\n {2}< 200 OK\n {2}< content-type: application\/json\n/)
  assert.match(text, /\n {2}< {5}"students": \[\n/)
  const steps = [...text.matchAll(/^(?:Reader|Admin) (\S+)$/gm)].map(([, step]) => step)
  assert.equal(
    steps.join(' '),
    'idle onStart home forum.onStart forum.read forum.leave forum.onStop shop.browse shop.cart pay.look pay.sign',
  )
  assert.match(text, /\n\n11 steps, 5 requests, 0 failures, 0 exceptions\n$/)
})

test('--once with a failure, an exception or an abort: exit 1, and why', async (t) => {
  const { host } = await loopback(t, (_, reply) => reply.writeHead(503).end('x\n'.repeat(100)))
  const scenario = `import { abort, defineUser } from 'proctor'
export const Reader = defineUser({
  tasks: {
    home: ({ http }) => http.get('/'),
    refused: ({ http }) => http.get('http://127.0.0.1:1/'),
    broken() { throw new Error('no basket') },
    end: () => abort('no stock'),
    never: ({ http }) => http.get('/never'),
  },
})
`
  const machine = machineOf(t, ['run', 'it.ts', '-H', host, '--once'], scenario)
  assert.equal(await cli(machine), 1)
  const { text } = machine.stdout
  assert.match(text, /GET \/ {2}[\d.]+ ms {2}failed: 503 /)
  assert.match(text, /… and \d+ lines more/)
  assert.match(text, /failed: connection-refused: /)
  assert.match(text, /\n {2}Error: no basket\n {2}at .*it\.ts:6/)
  assert.match(text, /aborted the run: no stock/)
  assert.ok(!text.includes('/never'))
  assert.match(text, /\n4 steps, 2 requests, 2 failures, 1 exception\n$/)
})

test('--list shows users, tasks, sets, tags and ratios; it needs no service', async (t) => {
  const machine = machineOf(t, ['run', 'it.ts', '--list'])
  assert.equal(await cli(machine), 0, machine.stderr.text)
  assert.equal(
    machine.stdout.text,
    `Admin  2 of them
  idle  100 %
Reader  100 % of users
  home   50.0 %  [smoke]
  forum  16.7 %  at random
    read   50.0 %
    leave  50.0 %
  shop   16.7 %  by transitions  [buy]
    browse  then browse 60.0 %, cart 30.0 %, leave 10.0 %
    cart    then leave 100 %
  pay    16.7 %  in order
    look  step 1
    sign  step 2
`,
  )
})

test('--list of what tags choose', async (t) => {
  const machine = machineOf(t, ['run', 'it.ts', '--list', '-T', 'smoke'])
  assert.equal(await cli(machine), 0)
  assert.equal(machine.stdout.text, 'Reader  100 % of users\n  home  100 %  [smoke]\n')
})
