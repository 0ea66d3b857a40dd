/** A point of a load in stages, as the command line writes it: `30s:100,5m:100`. */
export interface Point {
  /** Since the start. */
  readonly seconds: number
  readonly value: number
}

export function stagesText(points: readonly Point[]): string {
  return points.map(({ seconds, value }) => `${seconds}s:${value}`).join(',')
}

const UNIT: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 }

/** What can't be read is left out: the server says what is wrong with it. */
export function parseStages(text: string): Point[] {
  return text.split(',').flatMap((part) => {
    const [at = '', value = ''] = part.trim().split(':')
    const seconds = parseSeconds(at)
    return seconds === undefined || !Number.isFinite(Number(value)) ? [] : [{ seconds, value: Number(value) }]
  })
}

/** `90`, `90s`, `1m30s`; `undefined` for anything else. */
export function parseSeconds(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * UNIT[unit!]!,
    0,
  )
}

/** A point moved, between its neighbours in time. */
export function moved(points: readonly Point[], index: number, { seconds, value }: Point): Point[] {
  const earliest = points[index - 1]?.seconds ?? 0
  const latest = points[index + 1]?.seconds ?? Infinity
  const at = Math.min(Math.max(Math.round(seconds), earliest, index === points.length - 1 ? 1 : 0), latest)
  return points.with(index, { seconds: at, value: Math.max(0, Math.round(value)) })
}

/** One more, half-way behind the point given; behind the last as far as that is from the one before. */
export function added(points: readonly Point[], index: number): Point[] {
  const from = points[index] ?? { seconds: 0, value: 0 }
  const to = points[index + 1]
  const before = points[index - 1]?.seconds ?? 0
  const point =
    to === undefined
      ? { seconds: from.seconds + Math.max(10, from.seconds - before), value: from.value }
      : {
          seconds: Math.round((from.seconds + to.seconds) / 2),
          value: Math.round((from.value + to.value) / 2),
        }
  return points.toSpliced(index + 1, 0, point)
}
