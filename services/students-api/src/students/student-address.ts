import { Type, type Static } from 'typebox'
import { Problem } from '../http/problem.ts'

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

export function noSuchStudent(): Problem {
  return new Problem('not-found', { detail: 'No student has this id.' })
}
