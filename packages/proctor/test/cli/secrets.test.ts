import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { cli } from '../../src/cli/cli.ts'
import { loopback } from '../engine/loopback.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'
import { FakeMachine } from './fake-machine.ts'

/** Secrets in every place that a request and its answer have; each contains the word that is looked for. */
const SCENARIO = `import { defineArguments, defineUser, constant } from 'proctor'
void defineArguments({ accessToken: { type: 'string', default: 'hunter2-default' } })
export const Visitor = defineUser({ waitTime: constant(0.05), tasks: {
  async signIn({ http }) {
    await http.post('/login?api_key=hunter2-query', {
      headers: { authorization: 'Bearer hunter2-bearer', cookie: 'sid=hunter2-cookie; b=hunter2-other', 'x-auth-token': 'hunter2-header' },
      json: { email: 'ann@example.com', password: 'hunter2-body', nested: { 'client_secret': ['hunter2-nested'] }, badge: 'hunter2-badge' },
    })
    await http.post('/form', { form: { name: 'Ann', password: 'hunter2-form', 'card.number': 'hunter2-card' } })
    await http.get('/fine?token=hunter2-passed')
    throw new Error('no luck with token=hunter2-thrown')
  },
} })\n`

async function runWith(t: TestContext, ...flags: string[]) {
  const { host } = await loopback(t, (request, reply) => {
    reply.setHeader('set-cookie', 'sid=hunter2-set; Path=/')
    reply.setHeader('location', '/next?token=hunter2-location')
    if (request.url === '/form') return reply.writeHead(400).end('password=hunter2-echo&mark=form')
    const isFine = request.url?.startsWith('/fine')
    reply.writeHead(isFine ? 200 : 401, { 'content-type': 'application/json' })
    const refusal = { token: 'hunter2-refused', mark: 'refused', badge: 'hunter2-badge' }
    return reply.end(JSON.stringify(isFine ? { access_token: 'hunter2-answer', mark: 'fine' } : refusal))
  })
  const cwd = temporaryFolder(t, { 'it.ts': SCENARIO })
  const args = [
    'run',
    'it.ts',
    '-H',
    host,
    '-t',
    '1200ms',
    '--json',
    '--json-file',
    'run.json',
    '--access-token',
    'hunter2-given',
    ...flags,
  ]
  const machine = new FakeMachine(args, { cwd })
  await cli(machine)
  const page = new FakeMachine(['report', 'last'], { cwd })
  const explained = new FakeMachine(['explain'], { cwd })
  await cli(page)
  await cli(explained)
  const raw = new FakeMachine(['report', '--format', 'json'], { cwd })
  await cli(raw)
  const folder = join(cwd, '.proctor')
  const onDisk = [join(cwd, 'run.json'), ...readdirSync(folder).map((file) => join(folder, file))]
  return {
    json: machine.stdout.text,
    seen: {
      stdout: machine.stdout.text,
      stderr: machine.stderr.text,
      page: page.stdout.text,
      explained: explained.stdout.text,
      kept: raw.stdout.text,
      ...Object.fromEntries(onDisk.map((file) => [file, readFileSync(file, 'latin1')])),
    },
  }
}

function leaks(seen: Record<string, string>): string[] {
  return Object.entries(seen).flatMap(([where, text]) => {
    return (text.match(/hunter2-\w+/g) ?? []).map((secret) => `${secret} in ${where}`)
  })
}

test('no secret is on disk, on the page, in the report or on the screen', async (t) => {
  const { json, seen } = await runWith(t, '--redact', 'badge')
  assert.deepEqual(leaks(seen), [])
  const { failures, requests, exemplars } = JSON.parse(json)
  const form = exemplars.find(({ name }: { name: string }) => name === '/form')
  assert.equal(form.request.body, 'name=Ann&password=[redacted]&card.number=[redacted]')
  assert.equal(form.response.body, 'password=[redacted]&mark=form')
  assert.equal(
    requests.find(({ method }: { method: string }) => method === 'GET').name,
    '/fine?token=[redacted]',
  )
  const { request, response } = failures[0].example
  assert.match(request.url, /\/login\?api_key=\[redacted\]$/)
  assert.equal(JSON.parse(request.body).email, 'ann@example.com')
  assert.equal(JSON.parse(response.body).mark, 'refused')
})

test('--redact is what masks a name that is nobody else’s secret', async (t) => {
  const { seen } = await runWith(t)
  assert.ok(leaks(seen).every((leak) => leak.startsWith('hunter2-badge')))
  assert.ok(leaks(seen).length > 0)
})

for (const [which, refused, fine] of [
  ['none', false, false],
  ['failures', true, false],
  ['all-exemplars', true, true],
] as const) {
  test(`--keep-bodies ${which}`, async (t) => {
    const { json } = await runWith(t, '--keep-bodies', which)
    assert.deepEqual([json.includes('refused'), json.includes('\\"fine\\"')], [refused, fine])
    assert.equal(json.includes('ann@example.com'), refused)
  })
}
