import assert from 'node:assert/strict'
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { setTimeout } from 'node:timers/promises'
import { loopback } from '../engine/loopback.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'

const BIN = fileURLToPath(new URL('../../bin/proctor.js', import.meta.url))

const SCENARIO = `import { constant, defineUser } from 'proctor'
export const Visitor = defineUser({ waitTime: constant(0.02), tasks: { home: ({ http }) => http.get('/') } })\n`

function start(
  t: TestContext,
  args: string[],
  {
    bin = BIN,
    code = SCENARIO,
    env: more = {},
  }: { bin?: string; code?: string; env?: NodeJS.ProcessEnv } = {},
): ChildProcessWithoutNullStreams {
  const cwd = temporaryFolder(t, { 'it.ts': code })
  const env = { ...process.env, HOME: cwd, PATH: `${dirname(process.execPath)}:/usr/bin:/bin` }
  const child = spawn(bin, args, { cwd, env: { ...env, ...more } })
  t.after(() => child.kill('SIGKILL'))
  return child
}

async function ending(
  child: ChildProcessWithoutNullStreams,
): Promise<{ code: number | null; out: string; err: string }> {
  const [[code], out, err] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)])
  return { code: code as number | null, out, err }
}

test('bin/proctor.js runs, through a symbolic link, too', async (t) => {
  const link = join(temporaryFolder(t), 'proctor')
  symlinkSync(BIN, link)
  for (const bin of [BIN, link]) {
    assert.deepEqual(await ending(start(t, ['--version'], { bin })), { code: 0, out: '0.1.0\n', err: '' })
  }
})

test('a Node that is too old is told so', async (t) => {
  const old = `Object.defineProperty(process, 'versions', { value: { node: '22.17.1' } })`
  const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(old)}` }
  const { code, out, err } = await ending(start(t, ['--version'], { env }))
  assert.deepEqual({ code, out }, { code: 2, out: '' })
  assert.equal(err, `proctor: expected Node 24 or newer, got 22.17.1 (${process.execPath})\n`)
})

test('a whole run in a process', async (t) => {
  const { host, seen } = await loopback(t)
  const { code, out, err } = await ending(start(t, ['run', 'it.ts', '-H', host, '-t', '200ms', '--json']))
  assert.equal(code, 0)
  assert.equal(JSON.parse(out).total.count, seen.length)
  assert.match(err, /\nAggregated /)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} stops and reports: exit 130`, async (t) => {
    const { host, seen } = await loopback(t)
    const child = start(t, ['run', 'it.ts', '-H', host])
    const end = ending(child)
    while (seen.length < 3) await setTimeout(5)
    child.kill(signal)
    const { code, out } = await end
    assert.equal(code, 130)
    assert.match(out, new RegExp(`\nAggregated +${seen.length} `))
  })
}

test('a second SIGINT leaves at once, while a server never answers', async (t) => {
  const { host, seen } = await loopback(t, () => {})
  const child = start(t, ['run', 'it.ts', '-H', host, '--stop-timeout', '60s'])
  const end = ending(child)
  const stopping = new Promise<void>((resolve) => {
    child.stdout.on('data', (data: Buffer) => data.includes('Stopping') && resolve())
  })
  while (seen.length < 1) await setTimeout(5)
  child.kill('SIGINT')
  await stopping
  child.kill('SIGINT')
  const { code, out } = await end
  assert.equal(code, 130)
  assert.doesNotMatch(out, /Aggregated/)
})

test('a reader that has seen enough leaves no stack behind', async (t) => {
  const { host } = await loopback(t)
  const child = start(t, ['run', 'it.ts', '-H', host, '-t', '300ms'])
  const err = text(child.stderr)
  child.stdout.once('data', () => child.stdout.destroy())
  const [code] = (await once(child, 'exit')) as [number]
  assert.deepEqual([code, await err], [0, ''])
})

test('a scenario that leaves something open, or retries for ever, does not hold up the end', async (t) => {
  const { host } = await loopback(t)
  const code = `import { defineUser } from 'proctor'
setInterval(() => {}, 1_000)
const forEver = async ({ http }) => { for (;;) await http.get('/').catch(() => {}) }
export const Visitor = defineUser({ tasks: { forEver } })\n`
  const startedAt = performance.now()
  const end = await ending(
    start(t, ['run', 'it.ts', '-H', host, '-t', '100ms', '--stop-timeout', '50ms'], { code }),
  )
  assert.deepEqual([end.code, end.err], [0, ''])
  assert.ok(performance.now() - startedAt < 5_000)
})

test('a scenario that does not load and leaves something open ends, too', async (t) => {
  const { code, err } = await ending(
    start(t, ['run', 'it.ts', '-H', 'http://127.0.0.1:1'], { code: 'setInterval(() => {}, 1_000)' }),
  )
  assert.equal(code, 2)
  assert.match(err, /^proctor: .*\/it\.ts: expected at least one exported user/)
})
