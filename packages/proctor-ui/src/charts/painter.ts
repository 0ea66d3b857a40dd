/** What a tick's news may take to be drawn. */
const A_TICK_MS = 2
const TICK_MS = 1_000

/**
 * Charts that have grown are drawn with the next frame, as many as there is time for: what a tick brings must not hold the
 * page up. The others are drawn with the next tick, before those that have been.
 */
class Painter {
  readonly #waiting = new Set<() => void>()
  #isAsked = false

  /** However often it is asked for until then, it is drawn once. */
  ask(draw: () => void): void {
    this.#waiting.add(draw)
    if (this.#isAsked) return
    this.#isAsked = true
    requestAnimationFrame(() => this.#frame())
  }

  forget(draw: () => void): void {
    this.#waiting.delete(draw)
  }

  #frame(): void {
    const until = performance.now() + A_TICK_MS
    for (const draw of this.#waiting) {
      if (performance.now() >= until) return void setTimeout(() => this.#frame(), TICK_MS)
      this.#waiting.delete(draw)
      draw()
    }
    this.#isAsked = false
  }
}

export const painter = new Painter()
