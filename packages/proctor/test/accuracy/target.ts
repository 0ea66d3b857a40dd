import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { TestContext } from 'node:test'

export interface Told {
  readonly count: number
  readonly tookMs: number[]
}

/** The service of `target-server.ts`; gone when the test is over. */
export class Target {
  readonly host: string

  private constructor(host: string) {
    this.host = host
  }

  static async start(t: TestContext): Promise<Target> {
    const child = fork(new URL('target-server.ts', import.meta.url))
    t.after(async () => {
      const exit = once(child, 'exit')
      child.disconnect()
      await exit
    })
    const [port] = await once(child, 'message')
    return new Target(`http://127.0.0.1:${port}`)
  }

  /** What it has seen since this was asked last. */
  async told(): Promise<Told> {
    return (await (await fetch(`${this.host}/told`)).json()) as Told
  }

  async stall(ms: number): Promise<void> {
    await (await fetch(`${this.host}/stall/${ms}`)).text()
  }
}
