import { setTimeout } from 'node:timers/promises'
import type { Journal } from './journal.ts'
import { post, type Answer, type Sent } from './student-requests.ts'

/** What is killed under the load. */
export type Victim = 'service' | 'database'

interface RoundOptions {
  url: string
  victim: Victim
  journal: Journal
  next: () => Sent
}

/** Whether the victim is there, is being killed, or is gone. */
type State = 'up' | 'falling' | 'gone'

/** Clients that add students, one after the other, until the service has no more to say. */
export class LoadRound {
  readonly unanswered: Sent[] = []
  readonly violations: string[] = []
  readonly #options: RoundOptions
  readonly #firstAddition = Promise.withResolvers<void>()
  readonly #clients: Promise<unknown>
  #state: State = 'up'

  constructor(options: RoundOptions, connections: number) {
    this.#options = options
    this.#clients = Promise.all(Array.from({ length: connections }, () => this.#client()))
  }

  /** Resolves after this long, and not before there is something to lose. */
  async underWay(ms: number): Promise<void> {
    await Promise.all([setTimeout(ms), Promise.race([this.#firstAddition.promise, this.#clients])])
  }

  /** Say so before the kill. */
  beginFall(): void {
    this.#state = 'falling'
  }

  /** The victim is gone. Resolves when the clients have found out. */
  async settle(): Promise<void> {
    this.#state = 'gone'
    await this.#clients
  }

  async #client(): Promise<void> {
    for (;;) {
      const sentWhen = this.#state
      const sent = this.#options.next()
      const answer = await post(this.#options.url, sent).catch(() => undefined)
      if (!this.#isAllowed(answer?.status, sentWhen)) {
        this.violations.push(`${sent.student.email} was answered ${inWords(answer)}, ${this.#when(sentWhen)}`)
      }
      if (answer?.status === 201) {
        await this.#options.journal.add(JSON.parse(answer.body))
        this.#firstAddition.resolve()
      } else this.unanswered.push(sent)
      if (answer?.status !== 201 || sentWhen === 'gone') return
    }
  }

  /** A service without its database says 503; what was being committed then may be neither done nor undone: 500. */
  #isAllowed(status: number | undefined, sentWhen: State): boolean {
    if (status === 201) return sentWhen !== 'gone'
    if (this.#state === 'up') return false
    if (this.#options.victim === 'service') return status === undefined
    return status === 503 || (status === 500 && sentWhen !== 'gone')
  }

  #when(sentWhen: State): string {
    return `${this.#options.victim} ${sentWhen} when it was sent, ${this.#state} when it was answered`
  }
}

function inWords(answer: Answer | undefined): string {
  return answer ? `${answer.status} ${answer.body}` : 'nothing'
}
