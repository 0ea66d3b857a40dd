/** What a service says of its own time in the answers to one request name. */
export interface ServerTimingWire {
  readonly method: string
  readonly name: string
  /** `sumMs` and `maxMs` are of the `count` answers that told it. */
  readonly metrics: readonly {
    readonly metric: string
    readonly count: number
    readonly sumMs: number
    readonly maxMs: number
  }[]
}

/** As it stands in a record. */
export interface ServerTimingRecord {
  readonly method: string
  readonly name: string
  readonly metrics: readonly {
    readonly metric: string
    /** Answers that told it; where there are many, 500 a second of each worker are read. */
    readonly count: number
    readonly averageMs: number
    readonly maxMs: number
  }[]
}

/** Past these, what is new is not counted. */
const MOST_NAMES = 100
const MOST_METRICS = 16
/** To take each header apart would cost more than all else that is done with an answer. */
const MOST_ANSWERS = 500
const HEADER = /\r?\nserver-timing:([^\r\n]*)/gi
/** Source: W3C Server Timing, "The Server-Timing Header Field". */
const METRIC = /([\w!#$%&'*+.^`|~-]{1,64})((?:\s*;\s*[\w-]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^;,"\s]*))?)*)/g
const DURATION = /;\s*dur\s*=\s*"?(\d{1,12}(?:\.\d{1,12})?)/i

/** What one header says, by metric, in milliseconds. */
export function timingsIn(header: string): [metric: string, ms: number][] {
  return [...header.matchAll(METRIC)].flatMap(([, metric, parameters]): [string, number][] => {
    const [, text] = DURATION.exec(parameters!) ?? []
    return text === undefined ? [] : [[metric!, Number(text)]]
  })
}

interface Sum {
  count: number
  sumMs: number
  maxMs: number
}

/** Sums what answers say in `Server-Timing`, by request name and metric. Merges by addition. */
export class ServerTimings {
  readonly #named = new Map<string, { method: string; name: string; sums: Map<string, Sum> }>()
  #read = 0

  /** `head` is of an answer. */
  read(method: string, name: string, head: string): void {
    if (this.#read >= MOST_ANSWERS) return
    this.#read += 1
    for (const [, value] of head.matchAll(HEADER)) {
      for (const [metric, ms] of timingsIn(value!))
        this.#add(method, name, metric, { count: 1, sumMs: ms, maxMs: ms })
    }
  }

  merge({ method, name, metrics }: ServerTimingWire): void {
    for (const { metric, ...sum } of metrics) this.#add(method, name, metric, sum)
  }

  /** Answers all that was summed up, and starts anew. */
  drain(): ServerTimingWire[] {
    const wires = [...this.#named.values()].map(({ method, name, sums }) => {
      return { method, name, metrics: [...sums].map(([metric, sum]) => ({ metric, ...sum })) }
    })
    this.#named.clear()
    this.#read = 0
    return wires
  }

  get records(): ServerTimingRecord[] {
    return [...this.#named.values()].map(({ method, name, sums }) => ({
      method,
      name,
      metrics: [...sums].map(([metric, { count, sumMs, maxMs }]) => {
        return { metric, count, averageMs: Math.round((sumMs / count) * 1000) / 1000, maxMs }
      }),
    }))
  }

  #add(method: string, name: string, metric: string, { count, sumMs, maxMs }: Sum): void {
    const key = `${method} ${name}`
    let named = this.#named.get(key)
    if (named === undefined) {
      if (this.#named.size >= MOST_NAMES) return
      named = { method, name, sums: new Map() }
      this.#named.set(key, named)
    }
    const sum = named.sums.get(metric)
    if (sum === undefined) {
      if (named.sums.size < MOST_METRICS) named.sums.set(metric, { count, sumMs, maxMs })
      return
    }
    sum.count += count
    sum.sumMs += sumMs
    sum.maxMs = Math.max(sum.maxMs, maxMs)
  }
}
