import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { cli } from '../../src/cli/cli.ts'
import { FakeMachine } from './fake-machine.ts'

const REFERENCE = readFileSync(new URL('../../../../docs/reference.md', import.meta.url), 'utf8')

/** The flags that a command's help begins a line with. */
async function flagsOf(...command: string[]): Promise<string[]> {
  const machine = new FakeMachine([...command, '--help'])
  await cli(machine)
  const flags = [...machine.stdout.text.matchAll(/^ {2}(?:-\w, )?(--[a-z][\w-]*)/gm)].map(([, flag]) => flag!)
  assert.ok(flags.includes('--help'))
  return flags.filter((flag) => flag !== '--help')
}

for (const command of ['init', 'run', 'ui', 'runs', 'explain', 'report']) {
  test(`docs/reference.md has every flag of proctor ${command}`, async () => {
    const written = new Set(REFERENCE.match(/(?<![\w-])--[a-z][\w-]*/g))
    const missing = (await flagsOf(command)).filter((flag) => !written.has(flag))
    assert.deepEqual(missing, [])
  })
}
