import type { Clock } from '../clock.ts'
import { Problem } from '../http/problem.ts'
import type { FastifyRequest } from 'fastify'
import type { BulkLimits } from './bulk-limits.ts'

const bom = '\u00EF\u00BB\u00BF'

/**
 * The body's bytes as Latin-1 text, without a byte order mark, as fast as they are taken.
 * @throws {Problem} where it is too large, too slow or breaks off.
 */
export async function* importBody(
  { raw }: FastifyRequest,
  limits: BulkLimits,
  clock: Clock,
): AsyncGenerator<string> {
  // Kept open: an answer is still to leave by the same socket.
  const body: AsyncIterator<Buffer> = raw.iterator({ destroyOnReturn: false })
  let bytes = 0
  let head: string | undefined = ''
  for (;;) {
    const { done, value } = await inTime(body.next(), limits.idleMs, clock)
    if (done) break
    bytes += value.length
    if (bytes > limits.bytes) throw tooLarge(limits)
    const text: string = (head ?? '') + value.toString('latin1')
    head = head !== undefined && text.length < bom.length ? text : undefined
    if (head === undefined) yield bytes === text.length && text.startsWith(bom) ? text.slice(3) : text
  }
  if (head) yield head
}

export function tooLarge({ bytes }: BulkLimits): Problem {
  return new Problem('body-too-large', { detail: `An import may have at most ${bytes} bytes.` })
}

async function inTime<Result>(next: Promise<Result>, idleMs: number, clock: Clock): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>()
  const undo = clock.after(idleMs, () =>
    reject(new Problem('request-timeout', { headers: { connection: 'close' } })),
  )
  try {
    return await Promise.race([next, promise])
  } catch (error) {
    throw error instanceof Problem ? error : new Problem('bad-request', { detail: 'The body broke off.' })
  } finally {
    undo()
  }
}
