import type { FailureExample } from 'proctor/wire'
import { formatTime } from '../format.ts'

const PHASES: readonly (readonly [keyof FailureExample['phases'], string])[] = [
  ['blockedMs', 'due, not begun'],
  ['dnsMs', 'name'],
  ['connectMs', 'connecting'],
  ['tlsMs', 'TLS'],
  ['sendingMs', 'sending'],
  ['waitingMs', 'waiting'],
  ['receivingMs', 'receiving'],
]

/** Where the time of one request went, from left to right. */
export function PhasesBar({ phases }: { readonly phases: FailureExample['phases'] }) {
  const spent = PHASES.flatMap(([phase, label]) => {
    const ms = phases[phase] ?? 0
    return ms > 0 ? [{ phase, label, ms }] : []
  })
  if (spent.length === 0) return null
  return (
    <div class="wide">
      <h3>Where its time went</h3>
      <div class="phases" aria-hidden="true">
        {spent.map(({ phase, ms }) => (
          <i key={phase} class={phase} style={{ flexGrow: ms }} />
        ))}
      </div>
      <ul class="legend">
        {spent.map(({ phase, label, ms }) => (
          <li key={phase}>
            <i class={`key ${phase}`} />
            {label} <b>{formatTime(ms)}</b>
          </li>
        ))}
      </ul>
    </div>
  )
}
