import type { ThresholdRecord } from 'proctor/wire'
import type { RunStore } from './run-store.ts'

/** What speaks against the run: thresholds missed, and a generator that was the bottleneck; and what held. */
export function Verdicts({ store }: { readonly store: RunStore }) {
  void store.version.value
  const { thresholds, soundness } = store.standing
  const unsound = soundness !== null && (soundness.verdict === 'suspect' || soundness.verdict === 'void')
  if (thresholds.length === 0 && !unsound) return null
  return (
    <ul class="verdicts" aria-label="Verdicts">
      {unsound && (
        <li class={soundness.verdict === 'void' ? 'bad' : 'warn'}>
          <b>{soundness.verdict === 'void' ? 'Void' : 'Suspect'}</b> {soundness.reasons[0]}
        </li>
      )}
      {thresholds.map((threshold) => (
        <li key={threshold.expression} class={threshold.state === 'held' ? 'good' : 'bad'}>
          <b>{threshold.state === 'held' ? 'Held' : 'Missed'}</b> <code>{threshold.expression}</code>{' '}
          {came(threshold)}
        </li>
      ))}
    </ul>
  )
}

function came({ value, unit }: ThresholdRecord): string {
  if (value === null) return 'no samples'
  return `${Number(value.toPrecision(3))} ${unit}`
}
