const empty = Buffer.from('[]')
const comma = Buffer.from(',')
const close = Buffer.from(']')

/**
 * The JSON array of all students as one buffer. Additions are joined at the next read, so that many between two
 * reads cost one copy. A buffer handed out is never written to again: a slow client may still be reading it.
 */
export class StudentList {
  #body = empty
  #additions: Buffer[] = []

  /** @param student One student's JSON. Its id is above all those before. */
  append(student: string): void {
    this.#additions.push(Buffer.from(student))
  }

  /** The array so far, in UTF-8. */
  body(): Buffer {
    if (this.#additions.length > 0) {
      this.#body = Buffer.concat([this.#body.subarray(0, -1), ...this.#separated(), close])
      this.#additions = []
    }
    return this.#body
  }

  #separated(): Buffer[] {
    const parts = this.#additions.flatMap((addition) => [comma, addition])
    return this.#body.length === empty.length ? parts.slice(1) : parts
  }
}
