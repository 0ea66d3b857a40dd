import type { DestinationStream } from 'pino'

const gatherMs = 20
const enoughCharacters = 64 * 1024

/**
 * Passes lines on together, at most 20 ms late: one by one, writing them down would cost as much as answering the requests
 * they tell of.
 */
export class GatheredLines implements DestinationStream {
  readonly #destination: DestinationStream
  #gathered = ''
  #timer: NodeJS.Timeout | undefined

  constructor(destination: DestinationStream) {
    this.#destination = destination
  }

  write(line: string): void {
    this.#gathered += line
    // Not unreferenced: the process doesn't end by itself while lines wait.
    this.#timer ??= setTimeout(() => this.flush(), gatherMs)
    if (this.#gathered.length >= enoughCharacters) this.flush()
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const gathered = this.#gathered
    this.#gathered = ''
    if (gathered !== '') this.#destination.write(gathered)
  }
}
