import { Type, type Static } from 'typebox'
import { Problem } from '../http/problem.ts'
import type { StudentArchive } from './student-store.ts'

/** The parameters of `/students/:id`. */
export const StudentAddress = Type.Object({ id: Type.String() })

/**
 * To a client an id is opaque, so `/students/abc` and `/students/01` are addresses where nothing is, not malformed
 * requests.
 * @throws {Problem} where the id can be nobody's.
 */
export function studentId({ id }: Static<typeof StudentAddress>): number {
  if (!/^[1-9]\d{0,14}$/.test(id)) throw noSuchStudent()
  return Number(id)
}

/** Why no student is there, to be thrown: an erased one leaves a tombstone. */
export async function absence(store: Pick<StudentArchive, 'tombstone'>, id: number): Promise<Problem> {
  return (await store.tombstone(id)) ? new Problem('erased') : noSuchStudent()
}

export function noSuchStudent(): Problem {
  return new Problem('not-found', { detail: 'No student has this id.' })
}
