import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { cli } from '../../src/cli/cli.ts'
import { loopback } from '../engine/loopback.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'
import { FakeMachine } from './fake-machine.ts'

const SCENARIO = `import { defineArguments, defineUser } from 'proctor'
const args = defineArguments({
  tenant: { type: 'string', default: 'a', choices: ['a', 'b'], help: 'whose students' },
  pageSize: { type: 'number', default: 20 },
  verbose: { type: 'boolean', default: false },
})
export const Reader = defineUser({
  tasks: { list: ({ http }) => http.get(\`/\${args.tenant}/\${args.pageSize}/\${args.verbose}\`) },
})
`

function machineOf(t: TestContext, args: string[], scenario = SCENARIO): FakeMachine {
  return new FakeMachine(args, { cwd: temporaryFolder(t, { 'it.ts': scenario }) })
}

test('arguments stand behind the file, and reach every worker and the record', async (t) => {
  const { host, seen } = await loopback(t)
  const own = ['--tenant', 'b', '--page-size=50', '--verbose']
  const machine = machineOf(t, [
    'run',
    'it.ts',
    '-H',
    host,
    ...own,
    '--iterations',
    '2',
    '--json-file',
    'run.json',
  ])
  assert.equal(await cli(machine), 0, machine.stderr.text)
  assert.deepEqual(new Set(seen), new Set(['GET /b/50/true']))
  const report = JSON.parse(readFileSync(join(machine.cwd, 'run.json'), 'utf8'))
  assert.deepEqual(report.arguments, { tenant: 'b', pageSize: 50, verbose: true })
})

test('without any the defaults hold', async (t) => {
  const { host, seen } = await loopback(t)
  assert.equal(await cli(machineOf(t, ['run', 'it.ts', '-H', host, '--iterations', '1'])), 0)
  assert.deepEqual(seen, ['GET /a/20/false'])
})

for (const args of [
  ['run', 'it.ts', '--help'],
  ['run', '--help', 'it.ts'],
]) {
  test(`proctor ${args.join(' ')} shows them`, async (t) => {
    const machine = machineOf(t, args)
    assert.equal(await cli(machine), 0)
    const [, own = ''] = machine.stdout.text.split('Arguments of the scenario:')
    assert.match(own, /^\n {2}--tenant <text> +whose students/)
    assert.match(own, /--page-size <number> +\(default: 20\)/)
    assert.match(own, /--verbose/)
  })
}

const WRONG: [string[], RegExp][] = [
  [['--tenat', 'b'], /^proctor: unknown option '--tenat'\n\(Did you mean --tenant\?\)\n$/],
  [['--tenant', 'c'], /Allowed choices are a, b\./],
  [['--page-size', 'many'], /^proctor: --page-size: expected a number, got "many"\n$/],
]

for (const [args, message] of WRONG) {
  test(`proctor run it.ts ${args.join(' ')}: exit 2`, async (t) => {
    const machine = machineOf(t, ['run', 'it.ts', '-H', 'http://127.0.0.1:1', ...args])
    assert.equal(await cli(machine), 2)
    assert.match(machine.stderr.text, message)
  })
}

test('an argument may not be called as a flag is', async (t) => {
  const machine = machineOf(t, ['run', 'it.ts', '--help'], SCENARIO.replaceAll('tenant', 'users'))
  assert.equal(await cli(machine), 2)
  assert.match(machine.stderr.text, /--users is a flag of Proctor's own/)
})
