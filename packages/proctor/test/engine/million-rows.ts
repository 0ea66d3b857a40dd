import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { Feeds } from '../../src/engine/feeds.ts'
import { csv } from '../../src/scenario/feed.ts'
import { Random } from '../../src/scenario/random.ts'
import { Signal } from '../../src/scenario/signal.ts'

/** `npm run check:rows`: 1,000,000 rows are handed to 4 workers; says how many came twice, how many never, and the memory it took. */

const ROWS = 1_000_000
const WORKERS = 4
const PADDING = 'x'.repeat(200)

interface Task {
  readonly file: string
  readonly worker: number
  readonly times: SharedArrayBuffer
}

async function takeAll({ file, worker, times }: Task): Promise<void> {
  const seen = new Uint8Array(times)
  const feeds = new Feeds({ worker, of: WORKERS }, 1)
  const rows = csv<{ id: string; padding: string }>(file, { whenDone: 'stop' })
  const taker = { random: new Random(1, 'taker') }
  try {
    for (;;) Atomics.add(seen, Number((await feeds.take(rows, taker)).id), 1)
  } catch (error) {
    if (!(error instanceof Signal)) throw error
  }
}

async function writeRows(file: string): Promise<void> {
  const stream = createWriteStream(file)
  stream.write('id,padding\n')
  for (let id = 0; id < ROWS; id++) {
    if (!stream.write(`${id},"${PADDING}"\n`)) await once(stream, 'drain')
  }
  stream.end()
  await once(stream, 'finish')
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(0)} MiB`
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'proctor-rows-'))
  try {
    const file = join(folder, 'rows.csv')
    await writeRows(file)
    const times = new SharedArrayBuffer(ROWS)
    const startedAt = performance.now()
    let peak = 0
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50)
    const workers = Array.from({ length: WORKERS }, (_, worker) => {
      const task: Task = { file, worker, times }
      return once(new Worker(new URL(import.meta.url), { workerData: task }), 'exit')
    })
    await Promise.all(workers)
    clearInterval(watch)
    const seen = new Uint8Array(times)
    const twice = seen.filter((count) => count > 1).length
    const missing = seen.filter((count) => count === 0).length
    const took = ((performance.now() - startedAt) / 1000).toFixed(1)
    process.stdout.write(
      `${ROWS} rows (${megabytes(statSync(file).size)}) to ${WORKERS} workers in ${took} s: ${twice} twice, ${missing} missing; at most ${megabytes(peak)} resident\n`,
    )
    return twice + missing === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}

if (isMainThread) process.exitCode = await main()
else await takeAll(workerData as Task)
