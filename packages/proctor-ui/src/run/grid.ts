import type { RunStore } from './run-store.ts'

/** Seconds between two times, as the charts share them. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Which seconds are drawn, so many of them together as one; of a run that goes on only those that are whole. */
export interface Grid {
  readonly run: string | undefined
  readonly first: number
  readonly end: number
  readonly step: number
}

export function gridOf(store: RunStore, { from, to }: Span, mostColumns: number): Grid {
  const last = Math.max(0, Math.min(store.seconds.length, Math.ceil(to)))
  const start = Math.min(last, Math.max(0, Math.floor(from)))
  const step = Math.max(1, Math.ceil((last - start) / mostColumns))
  const first = start - (start % step)
  const end = store.isOn ? last - ((last - first) % step) : last
  return { run: store.head.value?.id, first, end, step }
}

/** Whether one is the other, and maybe longer. */
export function goesOn(grid: Grid, before: Grid): boolean {
  return (
    grid.run === before.run &&
    grid.first === before.first &&
    grid.step === before.step &&
    grid.end >= before.end
  )
}
