import { ListBody } from '../store/list-body.ts'
import type { StudentList } from '../students/student-store.ts'
import type { Student } from '../students/student.ts'
import { longTimeoutMs, type Connection } from './connection-pool.ts'
import { readRevisions, revisionColumns, toRevisions, type Revisions } from './revisions.ts'
import { SharedRead } from './shared-read.ts'
import { studentColumns, toStudent } from '../store/student-row.ts'

/** What a batch of this process has changed. */
export interface ListChange {
  /** The count of this process's batches with this one. */
  own: number
  set: readonly Student[]
  removed: readonly number[]
}

interface Known extends Revisions {
  body: ListBody
  lastId: number
}

// One statement sees one state, so that the revisions are those of the students.
const selectAll = `
  SELECT own, others, students.* FROM (SELECT ${revisionColumns} FROM writers) AS state
    LEFT JOIN (SELECT ${studentColumns} FROM students) AS students ON true ORDER BY id`

/**
 * The list of all students. It is known at some revisions, and every request reads those there are: what this process
 * has written is taken on as it is committed, and what others have written makes it be read again.
 */
export class SharedList {
  readonly #connection: Connection
  readonly #writer: string
  readonly #settled: () => Promise<void>
  readonly #revisions: SharedRead<Revisions>
  readonly #rereads: SharedRead<void>
  #known: Known | undefined
  /** While the list is read again: what has been committed since that began. */
  #meanwhile: ListChange[] = []

  /** @param settled Resolves when this process's batch under way is committed or has failed. */
  constructor(connection: Connection, writer: string, settled: () => Promise<void>) {
    this.#connection = connection
    this.#writer = writer
    this.#settled = settled
    this.#revisions = new SharedRead(() => readRevisions(connection, writer))
    this.#rereads = new SharedRead(() => this.#reread())
  }

  async read(): Promise<StudentList> {
    const seen = await this.#revisions.run()
    // Committed, but not known to be: the answer to COMMIT is on its way.
    if (!this.#covers(seen)) await this.#settled()
    let known = this.#covers(seen)
    while (!known) {
      await this.#rereads.run()
      known = this.#covers(seen)
    }
    return { body: known.body.body(), revision: String(known.own + known.others) }
  }

  /** Takes on what has been committed. */
  apply(change: ListChange): void {
    this.#meanwhile.push(change)
    if (this.#known) this.#known = applied(this.#known, change)
  }

  /** What is known, where it is no older than that. */
  #covers({ own, others }: Revisions): Known | undefined {
    return this.#known && this.#known.own >= own && this.#known.others >= others ? this.#known : undefined
  }

  async #reread(): Promise<void> {
    this.#meanwhile = []
    const rows = await this.#connection.query(selectAll, [this.#writer], longTimeoutMs)
    const body = new ListBody()
    const students = rows.filter((row) => row['id'] !== null).map(toStudent)
    for (const student of students) body.set(student.id, JSON.stringify(student))
    const known: Known = { ...toRevisions(rows[0] ?? {}), body, lastId: students.at(-1)?.id ?? 0 }
    this.#known = this.#meanwhile.reduce<Known | undefined>(
      (now, change) => now && applied(now, change),
      known,
    )
  }
}

/** Nothing where the list has to be read again: a batch is missing, or an id doesn't belong at the end. */
function applied(known: Known, { own, set, removed }: ListChange): Known | undefined {
  if (own <= known.own) return known
  if (own > known.own + 1) return undefined
  let { lastId } = known
  for (const student of set.toSorted((a, b) => a.id - b.id || a.version - b.version)) {
    if (student.version === 1 && student.id <= lastId) return undefined
    lastId = Math.max(lastId, student.id)
    known.body.set(student.id, JSON.stringify(student))
  }
  for (const id of removed) known.body.remove(id)
  return { ...known, own, lastId }
}
