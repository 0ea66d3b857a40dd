import { connect, createServer, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import type { TestContext } from 'node:test'

/** What becomes of the next COMMIT: the connection is lost before the database gets it, or after, with its answer. */
type Loss = 'commit' | 'answer' | undefined

const commit = Buffer.from('COMMIT\0')

/** Stands between the service and PostgreSQL, and loses one COMMIT or the answer to it. */
export class LossyProxy {
  readonly #server: Server
  readonly #target: string
  /** COMMITs that were lost. */
  lost = 0
  next: Loss

  private constructor(t: TestContext, target: string) {
    this.#target = target
    const sockets = new Set<Socket>()
    this.#server = createServer((socket) => {
      sockets.add(socket)
      this.#join(socket)
    })
    t.after(() => {
      for (const socket of sockets) socket.destroy()
      this.#server.close()
    })
  }

  /** @returns The proxy and the address of the database through it. */
  static async open(t: TestContext, url: string): Promise<{ proxy: LossyProxy; url: string }> {
    const through = new URL(url)
    const proxy = new LossyProxy(t, `${through.searchParams.get('host')}/.s.PGSQL.5432`)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    const address = proxy.#server.address()
    through.searchParams.set('host', '127.0.0.1')
    through.port = String(typeof address === 'object' && address?.port)
    return { proxy, url: through.href }
  }

  #join(client: Socket): void {
    const database = connect(this.#target)
    const end = () => {
      client.destroy()
      database.destroy()
    }
    client.on('error', end).on('close', end)
    database.on('error', end).on('close', end)
    let isAnswerLost = false
    database.on('data', (data: Buffer) => (isAnswerLost ? end() : client.write(data)))
    client.on('data', (data: Buffer) => {
      const loss = data.includes(commit) ? this.next : undefined
      if (loss) {
        this.next = undefined
        this.lost++
      }
      if (loss === 'commit') return end()
      isAnswerLost ||= loss === 'answer'
      return void database.write(data)
    })
  }
}
