import { fork } from 'node:child_process'
import { once } from 'node:events'
import { analyse } from '../../src/analysis/analyse.ts'
import type { Snapshot } from '../../src/engine/snapshot.ts'
import { runRecord } from '../../src/run/record.ts'
import { Timeline } from '../../src/run/timeline.ts'
import { factsOf } from '../report/run-fixture.ts'
import { SOUND } from '../run/generator-fixture.ts'

/**
 * A million requests, one in twenty failing in thirty ways, told second by second by another process, as a worker tells them:
 * prints how long the analysis took, and the most memory that this process ever had, Node and all. Exit code 1 past 2 s or 200 MB.
 */
const SECONDS = 100
const LIMITS = { seconds: 2, megabytes: 200 }

const before = megabytes()
const timeline = new Timeline()
const worker = fork(new URL('million-requests-worker.ts', import.meta.url), [String(SECONDS)], {
  serialization: 'advanced',
})
for (let second = 0; second < SECONDS; second++) {
  worker.send('next')
  const [snapshot] = (await once(worker, 'message')) as [Snapshot]
  timeline.add(snapshot)
}
worker.disconnect()
timeline.finish(0)

const began = performance.now()
const record = runRecord(factsOf(SECONDS), timeline, [], SOUND)
const findings = analyse(record)
const seconds = (performance.now() - began) / 1_000

console.log(
  `${record.total.count} requests, ${record.total.failures} failures of ${record.failures.length} kinds, ${findings.length} findings`,
)
console.log(
  `analysis ${seconds.toFixed(2)} s (at most ${LIMITS.seconds}), memory ${megabytes()} MB at most (${LIMITS.megabytes}), ${before} MB of it before the first request`,
)
process.exitCode = seconds <= LIMITS.seconds && megabytes() <= LIMITS.megabytes ? 0 : 1

function megabytes(): number {
  return Math.round(process.resourceUsage().maxRSS / 1_024)
}
