/**
 * What does group commit gain? `node bench/writes.ts [pairs] [seconds]`: durable POSTs at 50 connections with one
 * transaction for each insert, and with one for all that arrive in a turn of the loop, in turn: A B A B.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PostingClients, type Posted } from './posting-clients.ts'

const connections = 50
const service = fileURLToPath(new URL('./service.ts', import.meta.url))
const [pairs = 3, seconds = 4] = process.argv.slice(2).map(Number)

async function measure(batch: number): Promise<Posted> {
  const folder = mkdtempSync(join(tmpdir(), 'students-api-bench-'))
  const child = fork(service, [join(folder, 'students.db'), String(batch)])
  try {
    const [port] = await once(child, 'message')
    return await new PostingClients(Number(port), connections).run(seconds * 1000)
  } finally {
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
    rmSync(folder, { recursive: true })
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

const ratios: number[] = []
for (let pair = 1; pair <= pairs; pair++) {
  const single = await measure(1)
  const group = await measure(500)
  ratios.push(group.perSecond / single.perSecond)
  console.log(`pair ${pair}/${pairs}  one transaction per insert  ${single.summary()}`)
  console.log(`           group commit                ${group.summary()}`)
}
console.log(
  `group commit: ${median(ratios).toFixed(2)} times the POSTs (median of ${pairs} pairs; ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}); aim 4, better 6`,
)
process.exitCode = median(ratios) >= 4 ? 0 : 1
