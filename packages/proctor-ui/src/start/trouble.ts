import { Refusal } from '../server.ts'

/** What is wrong with the form. */
export interface Trouble {
  /** The field that it is about, by its flag; an argument of the scenario as `argument name`. */
  readonly field: string | undefined
  readonly message: string
}

export type TroubleWith = (field: string) => string | undefined

/** `--users: expected a whole number` is about the field of the users. */
export function troubleOf(error: unknown): Trouble {
  const { message } = error as Error
  const [, field, rest] = /^--([\w-]+): (.*)$/s.exec(message) ?? []
  if (!(error instanceof Refusal) || field === undefined) return { field: undefined, message }
  return { field, message: rest! }
}
