import { isDeepStrictEqual } from 'node:util'
import { setTimeout } from 'node:timers/promises'
import type { HistoryRecord } from '../src/students/history-record.ts'
import type { NewStudent, Student } from '../src/students/student.ts'
import type { DurableDatabase } from './durable-database.ts'
import type { Journal } from './journal.ts'
import { LoadRound, type Victim } from './load-round.ts'
import type { ServiceProcess } from './service-process.ts'
import { ask, listed, post, recordsOf, type Sent } from './student-requests.ts'

export interface DurabilityOptions {
  /** The file of the service's program. */
  main: string
  /** Empty at first. */
  database: DurableDatabase
  /** Empty at first. */
  journal: Journal
  /** How often the service is killed, and as often the database where that is a process of its own. */
  kills: number
  connections: number
  /** The kill comes so long after the service has begun to be asked, at random between these. */
  killAfterMs: readonly [number, number]
  random: () => number
  progress?: (line: string) => void
}

export interface DurabilityVerdict {
  acknowledged: number
  unanswered: number
  /** What broke the service's word; none where it was kept. */
  violations: string[]
}

const recoveryMs = 15_000

/**
 * Kills the service, or its database, while clients add students, again and again. Then: what was answered 201 is there
 * with the same fields, once, and so is the record of it in its history; what was not is there wholly or not at all, and sent again with its key it is there once.
 * A service without its database answers 503, and is well again by itself once that is back.
 */
export async function proveDurability(options: DurabilityOptions): Promise<DurabilityVerdict> {
  return await new DurabilityProof(options).run()
}

class DurabilityProof {
  readonly #options: DurabilityOptions
  readonly #violations: string[] = []
  #count = 0
  #unanswered: Sent[] = []
  #unansweredInAll = 0

  constructor(options: DurabilityOptions) {
    this.#options = options
  }

  async run(): Promise<DurabilityVerdict> {
    const { kills, database, journal, progress = () => {} } = this.#options
    const victims: Victim[] = database.outage ? ['service', 'database'] : ['service']
    for (let kill = 1; kill <= kills; kill++) {
      for (const victim of victims) {
        await this.#withService((service) => this.#round(service, victim))
        progress(
          `kill ${kill}/${kills} of the ${victim}: ${this.#count} sent, ${this.#unansweredInAll} were unanswered`,
        )
      }
    }
    await this.#withService(async ({ url }) => {
      await this.#verify(url)
      await this.#verifyRecords(url)
    })
    this.#violations.push(...(await database.faults()))
    const { length: acknowledged } = await journal.read()
    return { acknowledged, unanswered: this.#unansweredInAll, violations: this.#violations }
  }

  async #withService(use: (service: ServiceProcess) => Promise<void>): Promise<void> {
    const service = await this.#options.database.startService(this.#options.main)
    try {
      await use(service)
    } finally {
      await service.end('SIGTERM')
    }
  }

  async #round(service: ServiceProcess, victim: Victim): Promise<void> {
    const { url } = service
    await this.#verify(url)
    const { connections, killAfterMs, random, journal } = this.#options
    const [least, most] = killAfterMs
    const round = new LoadRound({ url, victim, journal, next: () => this.#next() }, connections)
    await round.underWay(least + random() * (most - least))
    round.beginFall()
    if (victim === 'service') {
      await service.end('SIGKILL')
      await round.settle()
    } else await this.#outage(url, round)
    this.#violations.push(...round.violations)
    this.#unanswered.push(...round.unanswered)
    this.#unansweredInAll += round.unanswered.length
    if (victim === 'database') await this.#verify(url)
  }

  async #outage(url: string, round: LoadRound): Promise<void> {
    await this.#options.database.outage?.(async () => {
      await round.settle()
      const { status } = await ask(`${url}/readyz`)
      if (status !== 503) this.#violations.push(`/readyz said ${status} without the database`)
    })
    const giveUpAt = performance.now() + recoveryMs
    while ((await ask(`${url}/readyz`)).status !== 200) {
      if (performance.now() > giveUpAt) throw new Error('the service has not found its database again')
      await setTimeout(20)
    }
  }

  #next(): Sent {
    const n = ++this.#count
    const gpa = (n % 1001) / 100
    return {
      student: { name: `Student ${n}`, domain: `Domain ${n % 7}`, gpa, email: `s${n}@example.com` },
      key: `key-${n}`,
    }
  }

  async #verify(url: string): Promise<void> {
    const before = await listed(url)
    const kept = await this.#options.journal.read()
    for (const student of kept) this.#checkKept(student, before, 'after the kill')
    for (const { student } of this.#unanswered) this.#checkWhole(student, before.get(student.email) ?? [])
    await Promise.all(this.#unanswered.splice(0).map((sent) => this.#sendAgain(url, sent)))
    // Every request has its answer by now.
    const [after, acknowledged] = await Promise.all([listed(url), this.#options.journal.read()])
    for (const student of acknowledged) this.#checkKept(student, after, 'after the rest was sent again')
    if (after.size !== acknowledged.length) {
      this.#violations.push(`${after.size} students are there, ${acknowledged.length} were acknowledged`)
    }
  }

  /** Once, at the end: what a kill took doesn't come back. */
  async #verifyRecords(url: string): Promise<void> {
    const left = (await this.#options.journal.read()).values()
    const check = async () => {
      for (const student of left) this.#checkRecord(student, await recordsOf(url, student.id))
    }
    await Promise.all(Array.from({ length: this.#options.connections }, check))
  }

  #checkRecord({ createdAt, name, domain, gpa, email }: Student, records: readonly HistoryRecord[]): void {
    const told = records.map(({ version, action, at, changes }) => ({ version, action, at, changes }))
    const changes = { name: { to: name }, domain: { to: domain }, gpa: { to: gpa }, email: { to: email } }
    if (!isDeepStrictEqual(told, [{ version: 1, action: 'created', at: createdAt, changes }]))
      this.#violations.push(`${email} was acknowledged, and its history is ${JSON.stringify(told)}`)
  }

  async #sendAgain(url: string, sent: Sent): Promise<void> {
    const { status, body } = await post(url, sent)
    if (status === 201) await this.#options.journal.add(JSON.parse(body))
    else this.#violations.push(`${sent.student.email}, sent again, was answered ${status}: ${body}`)
  }

  #checkWhole(sent: NewStudent, found: readonly Student[]): void {
    if (found.length > 1) this.#violations.push(`${sent.email} is there ${found.length} times`)
    for (const { name, domain, gpa, email } of found) {
      if (!isDeepStrictEqual({ name, domain, gpa, email }, sent))
        this.#violations.push(`${email} is there in part`)
    }
  }

  #checkKept(acknowledged: Student, there: ReadonlyMap<string, Student[]>, when: string): void {
    const { email } = acknowledged
    const found = there.get(email) ?? []
    if (found.length === 0) this.#violations.push(`${email} was acknowledged and is lost ${when}`)
    else if (found.length > 1) this.#violations.push(`${email} is there ${found.length} times ${when}`)
    else if (!isDeepStrictEqual(found[0], acknowledged)) {
      this.#violations.push(`${email} is there with other fields than acknowledged ${when}`)
    }
  }
}
