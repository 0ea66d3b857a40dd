import type { Clock } from '../clock.ts'
import type { StudentWriter } from '../students/student-store.ts'
import type { NewStudent } from '../students/student.ts'

// One transaction of the store's.
const batch = 500
// A service on the same database looks for its turn every few milliseconds; without a pause it would hardly get one.
const pauseMs = 5

/** How far it has come. */
export interface Filled {
  added: number
  /** Their e-mail was in use. */
  known: number
}

/** Adds students batch by batch. Yields after each. */
export async function* fill(
  store: StudentWriter,
  students: Iterable<NewStudent>,
  clock: Clock,
): AsyncGenerator<Filled> {
  const filled = { added: 0, known: 0 }
  for (const some of batches(students)) {
    const additions = await Promise.all(some.map((student) => store.add(student, { principal: 'seed' })))
    const added = additions.filter(({ state }) => state === 'added').length
    filled.added += added
    filled.known += some.length - added
    yield filled
    await new Promise<void>((resolve) => void clock.after(pauseMs, resolve))
  }
}

function* batches(students: Iterable<NewStudent>): Generator<NewStudent[]> {
  let some: NewStudent[] = []
  for (const student of students) {
    some.push(student)
    if (some.length < batch) continue
    yield some
    some = []
  }
  if (some.length > 0) yield some
}
