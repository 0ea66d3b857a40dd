import { hash } from 'node:crypto'
import { Problem, type FieldError } from '../http/problem.ts'
import { followedBy, newEffort, type Effort } from '../students/effort.ts'
import type { MergeOptions, MergeOutcome } from '../students/student-store.ts'
import { emailKey, NewStudent, Student } from '../students/student.ts'
import { emptySummary } from './import-summary.ts'
import type { Row } from './row.ts'

// One write of the store's queue, which other writes join: some milliseconds.
const batch = 250
const mostProblems = 100

const setByService = new Set(
  Object.keys(Student.properties).filter((name) => !(name in NewStudent.properties)),
)

/** What is wrong with a value taken for a new student; nothing where it is one. */
export type Validate = (value: unknown) => readonly FieldError[]

/** The store's, with the import's options; what the write took is noted in `effort`. */
export type Merge = (students: readonly NewStudent[], effort: Effort) => Promise<MergeOutcome[]>

interface Candidate {
  line: number
  student: NewStudent
}

/** One import under way. Every row stands for itself: a bad one is refused, the others are done. */
export class StudentImport {
  readonly summary
  /** What its writes took. */
  readonly effort: Effort = newEffort()
  readonly #mergeInStore: Merge
  readonly #validate: Validate
  readonly #options: MergeOptions
  readonly #mostRows: number
  /** In a dry run, what an e-mail's last row of the file would have made of its student. */
  readonly #pretended = new Map<string, string>()

  constructor(merge: Merge, validate: Validate, options: MergeOptions, mostRows: number) {
    this.#mergeInStore = merge
    this.#validate = validate
    this.#options = options
    this.#mostRows = mostRows
    this.summary = emptySummary(options.dryRun)
  }

  /** @throws {Problem} for more rows than may be; those before are done. */
  async take(rows: readonly Row[]): Promise<void> {
    const room = this.#mostRows - this.summary.rows
    for (let start = 0; start < Math.min(rows.length, room); start += batch) {
      await this.#merge(rows.slice(start, Math.min(start + batch, room)))
    }
    if (rows.length <= room) return
    throw new Problem('body-too-large', { detail: `An import may have at most ${this.#mostRows} rows.` })
  }

  async #merge(rows: readonly Row[]): Promise<void> {
    const candidates = rows.flatMap((row) => this.#candidate(row))
    const students = candidates.map(({ student }) => student)
    const outcomes = students.length > 0 ? await this.#write(students) : []
    for (const [index, candidate] of candidates.entries()) this.#count(candidate, outcomes[index]!)
    this.summary.rows += rows.length
  }

  async #write(students: readonly NewStudent[]): Promise<MergeOutcome[]> {
    const effort = newEffort()
    try {
      return await this.#mergeInStore(students, effort)
    } finally {
      followedBy(this.effort, effort)
    }
  }

  #candidate(row: Row): Candidate[] {
    if ('fault' in row) return this.#refuse(row.line, [{ pointer: '#', detail: row.fault }])
    const value = withoutSetByService(row.value)
    const errors = this.#validate(value)
    return errors.length > 0
      ? this.#refuse(row.line, errors)
      : [{ line: row.line, student: value as NewStudent }]
  }

  #count({ line, student }: Candidate, outcome: MergeOutcome): void {
    const actual = this.#options.dryRun ? this.#pretend(student, outcome) : outcome
    if (actual === 'email-taken') this.#refuse(line, [{ pointer: '#/email', detail: 'is already in use' }])
    else this.summary[actual]++
  }

  /** The store has forgotten what a dry run's earlier batches would have done. */
  #pretend(student: NewStudent, outcome: MergeOutcome): MergeOutcome {
    const { name, domain, gpa, email } = student
    const key = digest(emailKey(email))
    const content = digest(JSON.stringify([name, domain, gpa, email]))
    const earlier = this.#pretended.get(key)
    this.#pretended.set(key, content)
    if (earlier === undefined) return outcome
    if (this.#options.mode === 'insert') return 'email-taken'
    return earlier === content ? 'unchanged' : 'changed'
  }

  #refuse(line: number, errors: readonly FieldError[]): [] {
    this.summary.refused++
    const { problems } = this.summary
    for (const error of errors.slice(0, mostProblems - problems.length)) {
      problems.push({ line, pointer: 'pointer' in error ? error.pointer : '#', detail: error.detail })
    }
    return []
  }
}

/** An export has them; here they say nothing. */
function withoutSetByService(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([name]) => !setByService.has(name)))
}

function digest(text: string): string {
  return hash('sha256', text, 'base64').slice(0, 16)
}
