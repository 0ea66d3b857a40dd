import { createServer, type Socket } from 'node:net'

/**
 * A service whose delays are known, in a process of its own: it answers at once, or after the milliseconds of
 * `/delay/50`, and logs how long each answer took by its own clock. `/stall/1000` is answered at once, and then nothing
 * is for so long. `/told` answers what was seen, and forgets it. On bare sockets: behind a stall half a thousand answers
 * are due at once, and those of `node:http` would be late by tens of milliseconds.
 */
interface Asked {
  readonly socket: Socket
  readonly at: number
}

/** In the order in which they came; `undefined` while nothing stalls. */
let stalled: Asked[] | undefined
let seen = { count: 0, tookMs: [] as number[] }

const server = createServer({ noDelay: true }, (socket) => {
  socket.setEncoding('latin1')
  socket.on('data', (head: string) => take(head, { socket, at: performance.now() }))
  // Whoever leaves while an answer is on its way is none of this service's matters.
  socket.on('error', () => {})
})

/** A request comes in one piece: it has no body, and its client waits for the answer before it asks again. */
function take(head: string, asked: Asked): void {
  const [, what = '', amount = ''] = head.slice(head.indexOf(' ') + 1, head.indexOf(' HTTP/')).split('/')
  if (what === 'told') {
    write(asked.socket, JSON.stringify(seen))
    seen = { count: 0, tookMs: [] }
    return
  }
  seen.count += 1
  if (what === 'stall') stall(Number(amount), asked)
  else if (stalled !== undefined) stalled.push(asked)
  else if (what === 'delay' && Number(amount) > 0) setTimeout(() => answer(asked), Number(amount))
  else answer(asked)
}

function stall(ms: number, asked: Asked): void {
  answer(asked)
  stalled = []
  setTimeout(() => {
    const waiting = stalled ?? []
    stalled = undefined
    for (const each of waiting) answer(each)
  }, ms)
}

function answer({ socket, at }: Asked): void {
  write(socket, 'ok')
  // When the answer was given to the system.
  seen.tookMs.push(performance.now() - at)
}

function write(socket: Socket, body: string): void {
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`, 'latin1')
}

server.listen({ port: 0, host: '127.0.0.1', backlog: 2_048 }, () =>
  process.send!((server.address() as { port: number }).port),
)
process.on('disconnect', () => process.exit())
