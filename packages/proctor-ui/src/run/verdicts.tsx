import type { ThresholdRecord, Tick } from 'proctor/wire'
import type { RunStore } from './run-store.ts'

interface Verdict {
  readonly tone: 'good' | 'warn' | 'bad'
  readonly word: string
  /** A condition. */
  readonly code?: string
  readonly text: string
}

/**
 * What speaks against the run: thresholds missed, and a generator that was the bottleneck; and what held. While it goes on
 * that has one line, so that nothing moves when there is something to say.
 */
export function Verdicts({ store }: { readonly store: RunStore }) {
  void store.version.value
  const verdicts = verdictsOf(store.standing)
  if (verdicts.length === 0 && !store.isOn) return null
  const shown = store.isOn ? verdicts.slice(0, 1) : verdicts
  const rest = verdicts.length - shown.length
  return (
    <ul class={store.isOn ? 'verdicts now' : 'verdicts'} aria-label="Verdicts">
      {shown.length === 0 && <li class="note">{soFar(store.standing)}</li>}
      {shown.map(({ tone, word, code, text }) => (
        <li key={`${word} ${code}`} class={tone}>
          <b>{word}</b> {code !== undefined && <code>{code}</code>} {text}
          {rest > 0 && ` (and ${rest} more)`}
        </li>
      ))}
    </ul>
  )
}

function verdictsOf({ soundness, thresholds }: Pick<Tick, 'soundness' | 'thresholds'>): Verdict[] {
  return [...soundnessOf(soundness), ...thresholds.map((threshold) => thresholdOf(threshold))]
}

/** Nothing speaks against it. */
function soFar({ soundness }: Pick<Tick, 'soundness'>): string {
  const isValid = soundness?.verdict === 'valid'
  return `No threshold is missed so far; the generator ${isValid ? 'keeps up' : 'is not judged yet'}.`
}

function soundnessOf(soundness: Tick['soundness']): Verdict[] {
  if (soundness === null) return []
  const { verdict, reasons } = soundness
  const text = reasons[0] ?? ''
  if (verdict === 'void') return [{ tone: 'bad', word: 'Void', text }]
  return verdict === 'suspect' ? [{ tone: 'warn', word: 'Suspect', text }] : []
}

function thresholdOf({ state, expression, value, unit }: ThresholdRecord): Verdict {
  const text = value === null ? 'had no samples' : `came to ${Number(value.toPrecision(3))} ${unit}`
  return state === 'held'
    ? { tone: 'good', word: 'Held', code: expression, text }
    : { tone: 'bad', word: 'Missed', code: expression, text }
}
