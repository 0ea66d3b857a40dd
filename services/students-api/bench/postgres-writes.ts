/**
 * What do batches gain on PostgreSQL? `node bench/postgres-writes.ts [pairs] [seconds]`: durable POSTs at 50
 * connections as single inserts on a pool of 20, and in batches, in turn: A B A B, on one server that syncs each commit.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { PostgresServer } from '../test/postgres-server.ts'
import { PostingClients, type Posted } from './posting-clients.ts'

const connections = 50
const service = fileURLToPath(new URL('./postgres-service.ts', import.meta.url))
const [pairs = 3, seconds = 4] = process.argv.slice(2).map(Number)

async function measure(server: PostgresServer, kind: 'singles' | 'batches'): Promise<Posted> {
  const { url, schema } = server.emptyDatabase()
  const client = new Client({ connectionString: server.url })
  await client.connect()
  await client.query(`CREATE SCHEMA ${schema}`)
  await client.end()
  const child = fork(service, [kind, url])
  try {
    const [port] = await once(child, 'message')
    return await new PostingClients(Number(port), connections).run(seconds * 1000)
  } finally {
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

await using server = await PostgresServer.start()
const ratios: number[] = []
for (let pair = 1; pair <= pairs; pair++) {
  const singles = await measure(server, 'singles')
  const batches = await measure(server, 'batches')
  ratios.push(batches.perSecond / singles.perSecond)
  console.log(`pair ${pair}/${pairs}  single inserts, pool of 20  ${singles.summary()}`)
  console.log(`           batches                     ${batches.summary()}`)
}
console.log(
  `batches: ${median(ratios).toFixed(2)} times the POSTs (median of ${pairs} pairs; ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}); at least 2, aim 3`,
)
process.exitCode = median(ratios) >= 2 ? 0 : 1
