/** An instant out of a database as the service answers it: SQLite has it as that text, `pg` gives a Date. */
export function instantOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value)
}
