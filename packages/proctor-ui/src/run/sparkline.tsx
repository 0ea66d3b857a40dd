import type { RunStore } from './run-store.ts'

const WIDTH = 120
const HEIGHT = 24
const BARS = 40

/** When in the run the failures were. */
export function Sparkline({ store, failure }: { readonly store: RunStore; readonly failure: number }) {
  const bars = barsOf(store, failure)
  const most = Math.max(1, ...bars)
  const width = WIDTH / bars.length
  const path = bars
    .map((count, index) => {
      if (count === 0) return ''
      const height = Math.max(2, (count / most) * HEIGHT)
      return `M${index * width} ${HEIGHT}v${-height}h${width - 1}v${height}z`
    })
    .join('')
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      aria-hidden="true"
    >
      <path d={`M0 ${HEIGHT - 0.5}h${WIDTH}`} stroke="var(--line)" />
      <path d={path} fill="var(--bad)" />
    </svg>
  )
}

function barsOf({ seconds, failureSeconds }: RunStore, failure: number): number[] {
  const length = Math.max(1, seconds.length)
  const bars = Array.from({ length: Math.min(BARS, length) }, () => 0)
  for (const [second, count] of failureSeconds.get(failure) ?? [])
    bars[Math.floor((second * bars.length) / length)]! += count
  return bars
}
