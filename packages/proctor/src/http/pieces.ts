import type { Socket } from 'node:net'

/**
 * Sends a body as it comes, in chunks (RFC 9112, 7.1), as fast as the socket takes them, and counts its bytes. Stops when the
 * socket is closed; rejects with what the body throws.
 */
export async function sendPieces(
  socket: Socket,
  body: AsyncIterable<string | Uint8Array>,
  exchange: { requestBytes: number },
): Promise<void> {
  exchange.requestBytes = 0
  for await (const piece of body) {
    if (socket.destroyed) return
    const bytes = toBytes(piece)
    if (bytes.length === 0) continue
    exchange.requestBytes += bytes.length
    socket.cork()
    socket.write(`${bytes.length.toString(16)}\r\n`, 'latin1')
    socket.write(bytes)
    socket.write('\r\n', 'latin1')
    socket.uncork()
    if (socket.writableNeedDrain) await drained(socket)
  }
  socket.write('0\r\n\r\n', 'latin1')
}

function toBytes(piece: unknown): Uint8Array {
  if (typeof piece === 'string') return Buffer.from(piece)
  if (piece instanceof Uint8Array) return piece
  throw new TypeError(`expected pieces of text or Uint8Array, got ${Object.prototype.toString.call(piece)}`)
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    socket.on('drain', done).on('close', done)
  })
}
