/** A command that cannot be carried out as it was typed: what was expected, what came, what to type instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
