import assert from 'node:assert/strict'
import { contract } from './engines.ts'
import { runIn } from './command-line.ts'

contract('beyond loopback the service wants a key or --open', async (t, engine) => {
  const { env, flags } = await engine.makeDatabase(t)
  const beyond = ['--host', '0.0.0.0', '--port', '0', ...flags]
  const refused = await runIn(env, ...beyond)
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /^students-api: 0\.0\.0\.0 is open to other machines: .* --open\n$/)
  assert.equal((await runIn(env, ...beyond, '--open')).code, 0)
  assert.equal((await runIn(env, 'keys', 'create', '--scope', 'read', ...flags)).code, 0)
  assert.equal((await runIn(env, ...beyond)).code, 0)
})

contract('keys are made, listed without their secret, and revoked', async (t, engine) => {
  const database = await engine.makeDatabase(t)
  const keys = (...words: string[]) => runIn(database.env, 'keys', ...words, ...database.flags)
  const created = await keys('create', '--scope', 'write,read', '--name', 'load test')
  const [, id = '', secret = ''] = /^([0-9a-f]{12})\.([\w-]{43})\n$/.exec(created.stdout) ?? []
  const listed = (await keys('list')).stdout
  assert.match(listed, new RegExp(`^${id}  read,write  \\S+Z  load test\n$`))
  assert.ok(!listed.includes(secret))
  assert.ok(!JSON.stringify(await database.execute('SELECT * FROM api_keys')).includes(secret))
  assert.deepEqual(await keys('revoke', id), { code: 0, stdout: `${id} is revoked\n`, stderr: '' })
  const revoked = (await keys('list')).stdout
  assert.match(revoked, /revoked \d{4}-\S+Z\n$/)
  await keys('revoke', id)
  assert.equal((await keys('list')).stdout, revoked)
  assert.equal((await keys('revoke', 'nobody')).code, 2)
  assert.equal((await keys(...named('🎓'.repeat(100)))).code, 0)
  const tooMuch = ['x'.repeat(101), 'two\nlines', 'red \u001b[31m', 'two\u2028lines'].map(named)
  const malformed = [[], ['create'], ['create', '--scope', 'read,all'], ['revoke'], ['list', '--x']]
  for (const words of [...malformed, ...tooMuch]) {
    const { code, stdout, stderr } = await keys(...words)
    assert.deepEqual([code, stdout], [2, ''], words.join(' '))
    assert.match(stderr, /^students-api: [^\n]+\n$/)
  }
})

function named(name: string): string[] {
  return ['create', '--scope', 'read', '--name', name]
}
