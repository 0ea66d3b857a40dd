import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cli } from '../../src/cli/cli.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'
import { FakeMachine } from './fake-machine.ts'

async function init(cwd: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const machine = new FakeMachine(['init', ...args], { cwd })
  const code = await cli(machine)
  return { code, out: machine.stdout.text, err: machine.stderr.text }
}

test('init says what it wrote, and what to do next', async (t) => {
  const cwd = temporaryFolder(t)
  const { code, out, err } = await init(cwd)
  assert.deepEqual({ code, err }, { code: 0, err: '' })
  assert.match(
    out,
    /^Wrote load-test\.ts\. .*\n\n {2}npx proctor run load-test\.ts -H http:\/\/127\.0\.0\.1:3000 --once\n/,
  )
  assert.match(readFileSync(join(cwd, 'load-test.ts'), 'utf8'), /^import .*export const thresholds = .*\n$/s)
})

test('init overwrites nothing', async (t) => {
  const cwd = temporaryFolder(t, { 'load-test.ts': 'mine' })
  const { code, out, err } = await init(cwd)
  assert.deepEqual({ code, out }, { code: 2, out: '' })
  assert.equal(
    err,
    'proctor: load-test.ts is there already, and stays: proctor init OTHER.ts writes another\n',
  )
  assert.equal(readFileSync(join(cwd, 'load-test.ts'), 'utf8'), 'mine')
})

test('a name of its own, as a shell takes it', async (t) => {
  const cwd = temporaryFolder(t, { 'tests/unit.ts': '' })
  assert.match((await init(cwd, 'tests/my shop.mts')).out, /\n {2}npx proctor run 'tests\/my shop\.mts' -H /)
})

const refused: [what: string, file: string, says: string][] = [
  ['another ending', 'shop.py', 'expected a file that ends in .ts, .mts, .js, .mjs; got shop.py'],
  ['a folder that is not there', 'no/shop.ts', 'expected the folder no to be there'],
]
for (const [what, file, says] of refused) {
  test(`init refuses ${what}`, async (t) => {
    const cwd = temporaryFolder(t)
    assert.deepEqual(await init(cwd, file), { code: 2, out: '', err: `proctor: ${says}\n` })
    assert.ok(!existsSync(join(cwd, file)))
  })
}

const kinds: [manifest: string, file: string][] = [
  ['{ "type": "module" }', 'load-test.ts'],
  ['{ "type": "commonjs" }', 'load-test.mts'],
  ['{}', 'load-test.mts'],
  ['{ broken', 'load-test.ts'],
]
for (const [manifest, file] of kinds) {
  test(`init where package.json, in a folder above, is ${manifest}: ${file}`, async (t) => {
    const root = temporaryFolder(t, { 'package.json': manifest, 'tests/other.txt': '' })
    await init(join(root, 'tests'))
    assert.ok(existsSync(join(root, 'tests', file)))
  })
}
