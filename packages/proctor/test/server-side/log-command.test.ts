import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/clock/clock.ts'
import { LogCommand } from '../../src/server-side/log-command.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'

async function start(t: TestContext, text: string) {
  const cwd = temporaryFolder(t)
  const command = new LogCommand(text, cwd, systemClock)
  t.after(() => command.stop())
  const said: string[] = []
  const trouble = Promise.withResolvers<string>()
  await command.start({ entry: (entry) => said.push(entry.text), trouble: trouble.resolve })
  return { cwd, command, said, trouble: trouble.promise }
}

/** Empty where it is gone, `Z` where nobody has asked yet how it ended. */
function stateOf(pid: number): string {
  return spawnSync('ps', ['-o', 'stat=', '-p', String(pid)])
    .stdout.toString()
    .trim()
    .slice(0, 1)
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10))
}

test('its lines are read, and it ends with the run, and all that it has started', async (t) => {
  const { cwd, command, said } = await start(t, 'echo one; echo two; sleep 100 & echo $! > pid; wait')
  await until(() => said.length >= 1 && command.lines === 2)
  const pid = Number(readFileSync(join(cwd, 'pid'), 'utf8'))
  await command.stop()
  assert.deepEqual([said, command.notes], [['one', 'two'], []])
  await until(() => /^Z?$/.test(stateOf(pid)))
})

test('its death is told, with its last words', async (t) => {
  const { command, trouble } = await start(t, 'echo no such pod >&2; exit 3')
  assert.match(await trouble, /^it ended before the run did \(exit code 3: no such pod\)$/)
  await command.stop()
  assert.equal(command.notes.length, 1)
})

test('one that does not want to end is ended', async (t) => {
  const { command, said } = await start(t, `trap '' TERM; echo ready; echo; while true; do sleep 0.1; done`)
  await until(() => command.lines === 2)
  const startedAt = performance.now()
  await command.stop()
  assert.ok(performance.now() - startedAt < 10_000)
  assert.deepEqual(said, ['ready'])
})
