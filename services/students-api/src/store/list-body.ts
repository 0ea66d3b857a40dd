const empty: Buffer = Buffer.from('[]')
const [comma, closing] = Buffer.from(',]')

/** More would make a change dearer, fewer the joining of all. */
const mostInChunk = 64

/** Neighbours in the list, each as JSON. */
interface Chunk {
  students: Map<number, string>
  /** No student in it has a higher id. */
  lastId: number
  /** Where they are in the array as it was last joined, the comma behind them included. */
  start: number
  length: number
  hasChanged: boolean
}

/**
 * The JSON array of all students as one buffer. Changes are joined at the next read, so that many between two reads cost
 * one copy, and only chunks with a change in them are written anew. A buffer handed out is never written to again: a
 * slow client may still be reading it.
 */
export class ListBody {
  /** In the order of ids. None is empty. */
  readonly #chunks: Chunk[] = []
  #count = 0
  #body: Buffer = empty
  #isJoined = true

  /** @param student One student's JSON: a known one's, or one with an id above all those before. */
  set(id: number, student: string): void {
    const chunk = this.#chunkOf(id) ?? this.#chunkAtEnd()
    if (!chunk.students.has(id)) this.#count++
    // A `Map` keeps the place of a known one.
    chunk.students.set(id, student)
    chunk.lastId = Math.max(chunk.lastId, id)
    this.#noteChange(chunk)
  }

  remove(id: number): void {
    const chunk = this.#chunkOf(id)
    if (!chunk?.students.delete(id)) return
    this.#count--
    if (chunk.students.size === 0) this.#chunks.splice(this.#chunks.indexOf(chunk), 1)
    this.#noteChange(chunk)
  }

  get count(): number {
    return this.#count
  }

  /** Of the array as it was last joined. */
  get bytes(): number {
    return this.#body.length
  }

  /** The array so far, in UTF-8. */
  body(): Buffer {
    if (!this.#isJoined) this.#body = this.#joined()
    this.#isJoined = true
    return this.#body
  }

  #noteChange(chunk: Chunk): void {
    chunk.hasChanged = true
    this.#isJoined = false
  }

  /** Where the student is, if it is anywhere. */
  #chunkOf(id: number): Chunk | undefined {
    let [low, high] = [0, this.#chunks.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#chunks[middle]!.lastId < id) low = middle + 1
      else high = middle
    }
    return this.#chunks[low]
  }

  #chunkAtEnd(): Chunk {
    const last = this.#chunks.at(-1)
    if (last && last.students.size < mostInChunk) return last
    const chunk: Chunk = { students: new Map(), lastId: 0, start: 0, length: 0, hasChanged: true }
    this.#chunks.push(chunk)
    return chunk
  }

  #joined(): Buffer {
    if (this.#count === 0) return empty
    const body = Buffer.concat([empty.subarray(0, 1), ...this.#chunks.map((chunk) => this.#bytesOf(chunk))])
    let start = 1
    for (const chunk of this.#chunks) {
      chunk.start = start
      start += chunk.length
      // What was the last one had the bracket there.
      body[start - 1] = comma!
    }
    body[start - 1] = closing!
    return body
  }

  #bytesOf(chunk: Chunk): Buffer {
    if (!chunk.hasChanged) return this.#body.subarray(chunk.start, chunk.start + chunk.length)
    const bytes = Buffer.from(`${[...chunk.students.values()].join(',')},`)
    chunk.length = bytes.length
    chunk.hasChanged = false
    return bytes
  }
}
