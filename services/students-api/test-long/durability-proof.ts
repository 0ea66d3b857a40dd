import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import type { NewStudent, Student } from '../src/students/student.ts'
import { Journal } from './journal.ts'
import { ServiceProcess } from './service-process.ts'

export interface DurabilityOptions {
  /** The file of the service's program. */
  main: string
  /** Empty; the database and the journal are made in it. */
  folder: string
  kills: number
  connections: number
  /** The service is killed so long after it has begun to be asked, at random between these. */
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

interface Sent {
  student: NewStudent
  key: string
}

/**
 * Kills the service while clients add students, again and again. Then: what was answered 201 is there with the same
 * fields, once; what was not answered is there wholly or not at all, and sent again with its key it is there once.
 */
export async function proveDurability(options: DurabilityOptions): Promise<DurabilityVerdict> {
  await using journal = await Journal.open(join(options.folder, 'journal.ndjson'))
  return await new DurabilityProof(options, journal).run()
}

class DurabilityProof {
  readonly #options: DurabilityOptions
  readonly #journal: Journal
  readonly #violations: string[] = []
  #count = 0
  #unanswered: Sent[] = []
  #unansweredInAll = 0

  constructor(options: DurabilityOptions, journal: Journal) {
    this.#options = options
    this.#journal = journal
  }

  async run(): Promise<DurabilityVerdict> {
    const { kills, progress = () => {} } = this.#options
    for (let kill = 1; kill <= kills; kill++) {
      await this.#withService(async (service) => {
        await this.#verify(service.url)
        await this.#loadUntilKilled(service)
      })
      progress(
        `kill ${kill}/${kills}: ${this.#count} sent, ${this.#unanswered.length} of them unanswered now`,
      )
    }
    await this.#withService((service) => this.#verify(service.url))
    this.#checkIntegrity()
    const { length: acknowledged } = await this.#journal.read()
    return { acknowledged, unanswered: this.#unansweredInAll, violations: this.#violations }
  }

  get #database(): string {
    return join(this.#options.folder, 'students.db')
  }

  async #withService(use: (service: ServiceProcess) => Promise<void>): Promise<void> {
    const service = await ServiceProcess.start(this.#options.main, this.#database)
    try {
      await use(service)
    } finally {
      await service.end('SIGTERM')
    }
  }

  async #loadUntilKilled(service: ServiceProcess): Promise<void> {
    const { connections, killAfterMs, random } = this.#options
    const [least, most] = killAfterMs
    const clients = Array.from({ length: connections }, () => this.#client(service.url))
    await setTimeout(least + random() * (most - least))
    await service.end('SIGKILL')
    await Promise.all(clients)
    this.#unansweredInAll += this.#unanswered.length
  }

  /** Adds one student after the other until the service is gone. */
  async #client(url: string): Promise<void> {
    for (;;) {
      const sent = this.#next()
      const answer = await post(url, sent).catch(() => undefined)
      if (!answer) {
        this.#unanswered.push(sent)
        return
      }
      await this.#take(answer)
    }
  }

  async #take({ status, body }: Answer): Promise<void> {
    if (status === 201) await this.#journal.add(JSON.parse(body))
    else this.#violations.push(`answered ${status}: ${body}`)
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
    for (const student of await this.#journal.read()) this.#checkKept(student, before, 'after the kill')
    for (const { student } of this.#unanswered) this.#checkWhole(student, before.get(student.email) ?? [])
    const again = this.#unanswered.splice(0)
    await Promise.all(again.map(async (sent) => this.#take(await post(url, sent))))
    // Every request has its answer by now.
    const [after, acknowledged] = await Promise.all([listed(url), this.#journal.read()])
    for (const student of acknowledged) this.#checkKept(student, after, 'after the rest was sent again')
    if (after.size !== acknowledged.length) {
      this.#violations.push(`${after.size} students are there, ${acknowledged.length} were acknowledged`)
    }
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

  #checkIntegrity(): void {
    using db = new DatabaseSync(this.#database)
    const { integrity_check: result } = db.prepare('PRAGMA integrity_check').get() ?? {}
    if (result !== 'ok') this.#violations.push(`integrity_check: ${String(result)}`)
  }
}

interface Answer {
  status: number
  body: string
}

async function post(url: string, { student, key }: Sent): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key }
  const response = await fetch(`${url}/students`, { method: 'POST', headers, body: JSON.stringify(student) })
  return { status: response.status, body: await response.text() }
}

async function listed(url: string): Promise<Map<string, Student[]>> {
  const students = (await (await fetch(`${url}/students`)).json()) as Student[]
  return Map.groupBy(students, ({ email }) => email)
}
