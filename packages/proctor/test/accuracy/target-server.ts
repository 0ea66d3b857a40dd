import { createServer } from 'node:http'

/**
 * A service whose delays are known, in a process of its own: it answers at once, or after the milliseconds of
 * `/delay/50`, and logs how long each answer took by its own clock. `/stall/1000` is answered at once, and then nothing
 * is for so long. `/told` answers what was seen, and forgets it.
 */
let stalledUntil = 0
let seen = { count: 0, tookMs: [] as number[] }

const server = createServer((request, response) => {
  const [, what = '', amount = ''] = (request.url ?? '').split('/')
  if (what === 'told') {
    response.end(JSON.stringify(seen))
    seen = { count: 0, tookMs: [] }
    return
  }
  const startedAt = performance.now()
  seen.count += 1
  if (what === 'stall') {
    response.end('ok')
    stalledUntil = startedAt + Number(amount)
    return
  }
  const answer = (): void => {
    // When the answer was given to the system.
    response.end('ok', () => seen.tookMs.push(performance.now() - startedAt))
  }
  const waitMs = Math.max(stalledUntil - startedAt, what === 'delay' ? Number(amount) : 0)
  if (waitMs > 0) setTimeout(answer, waitMs)
  else answer()
})

server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.send!((server.address() as { port: number }).port))
process.on('disconnect', () => process.exit())
