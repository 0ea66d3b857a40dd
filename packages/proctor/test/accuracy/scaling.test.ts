import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { systemClock } from '../../src/clock/clock.ts'
import { Run } from '../../src/run/run.ts'
import { closed } from '../engine/load.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'
import { Target } from './target.ts'

/** Some five milliseconds of the generator's own work for each request, so that the target has next to nothing to do. */
const SCENARIO = `
import { createHash } from 'node:crypto'
import { defineUser } from 'proctor'

const block = Buffer.alloc(8_000_000)
export const Worker = defineUser({
  tasks: {
    work({ http }) {
      createHash('sha256').update(block).digest()
      return http.get('/')
    },
  },
})
`
const PAIRS = 5

async function requestsPerSecond(t: TestContext, host: string, workers: number): Promise<number> {
  const scenario = join(temporaryFolder(t, {}), 'work.ts')
  writeFileSync(scenario, SCENARIO)
  const run = new Run(
    {
      scenario,
      host,
      load: closed({ users: 4, durationMs: 1_500 }),
      isLoadGiven: true,
      workers,
      seed: 7,
      userAgent: 'proctor-test',
      stopTimeoutMs: 1_000,
      requestTimeoutMs: 5_000,
      traceSampledShare: null,
    },
    systemClock,
  )
  const { record } = await run.start()
  return record.total.perSecond
}

test('two workers carry at least 1.8 times what one does, where the work is theirs', async (t) => {
  const target = await Target.start(t)
  const ratios: number[] = []
  for (let pair = 0; pair < PAIRS; pair++) {
    const one = await requestsPerSecond(t, target.host, 1)
    const two = await requestsPerSecond(t, target.host, 2)
    ratios.push(two / one)
    t.diagnostic(`one ${one.toFixed(0)}/s, two ${two.toFixed(0)}/s: ${(two / one).toFixed(2)}`)
  }
  const median = ratios.toSorted((a, b) => a - b)[Math.floor(PAIRS / 2)]!
  assert.ok(median >= 1.8, `${median}`)
})
