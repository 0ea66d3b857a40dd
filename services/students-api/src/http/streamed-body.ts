import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../clock.ts'
import { problemFrom } from './errors.ts'

interface Pace {
  /** A client that takes nothing for so long is cut off. */
  idleMs: number
  clock: Clock
}

/** A body that is made as fast as the client takes it. A HEAD gets none. */
export function streamed(
  { method }: FastifyRequest,
  reply: FastifyReply,
  chunks: AsyncIterable<Buffer>,
  { idleMs, clock }: Pace,
): Readable {
  const cutOff = () => clock.after(idleMs, () => reply.raw.destroy())
  return Readable.from(method === 'HEAD' ? [] : reported(reply, chunks, cutOff), { objectMode: false })
}

/**
 * Counts for the log what leaves, and keeps for it why no more does.
 * @param cutOff Cuts the client off that doesn't take a chunk in time. Returns its undoing.
 */
async function* reported(
  reply: FastifyReply,
  chunks: AsyncIterable<Buffer>,
  cutOff: () => () => void,
): AsyncGenerator<Buffer> {
  reply.streamedBytes = 0
  try {
    for await (const chunk of chunks) {
      reply.streamedBytes += chunk.length
      // An empty one would end the stream.
      if (chunk.length > 0) yield* taken(chunk, cutOff)
    }
  } catch (error) {
    reply.problem = problemFrom(error)
    throw error
  }
}

function* taken(chunk: Buffer, cutOff: () => () => void): Generator<Buffer> {
  const undo = cutOff()
  try {
    yield chunk
  } finally {
    undo()
  }
}
