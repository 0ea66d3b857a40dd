const empty = Buffer.from('[]')

/**
 * The JSON array of all students as one buffer. Changes are joined at the next read, so that many between two reads
 * cost one copy. A buffer handed out is never written to again: a slow client may still be reading it.
 */
export class ListBody {
  /** In the order of ids: a new id is above all those before, and a `Map` keeps the place of a known one. */
  readonly #students = new Map<number, string>()
  /** Absent where more has changed than can be joined to its end. */
  #body: Buffer | undefined = empty
  #additions: string[] = []

  /** @param student One student's JSON: a known one's, or one with an id above all those before. */
  set(id: number, student: string): void {
    if (this.#students.has(id)) this.#body = undefined
    else this.#additions.push(student)
    this.#students.set(id, student)
  }

  remove(id: number): void {
    if (this.#students.delete(id)) this.#body = undefined
  }

  get count(): number {
    return this.#students.size
  }

  /** Of the array as it was last joined. */
  get bytes(): number {
    return this.#body?.length ?? 0
  }

  /** The array so far, in UTF-8. */
  body(): Buffer {
    if (this.#body === undefined || this.#additions.length > 0) {
      this.#body = this.#body === undefined ? this.#joined() : this.#extended(this.#body)
      this.#additions = []
    }
    return this.#body
  }

  #joined(): Buffer {
    return Buffer.from(`[${[...this.#students.values()].join(',')}]`)
  }

  #extended(body: Buffer): Buffer {
    const comma = body.length === empty.length ? '' : ','
    return Buffer.concat([body.subarray(0, -1), Buffer.from(`${comma}${this.#additions.join(',')}]`)])
  }
}
