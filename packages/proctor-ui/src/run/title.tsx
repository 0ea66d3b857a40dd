import type { ComponentChildren } from 'preact'
import type { RunHead, RunState } from 'proctor/wire'
import { formatClock, formatWhen } from '../format.ts'

const STATES: Readonly<Record<RunState, readonly [words: string, tone: string]>> = {
  loading: ['Starting', 'quiet'],
  running: ['Running', 'rate'],
  stopping: ['Stopping', 'quiet'],
  completed: ['Finished', 'good'],
  stopped: ['Stopped', 'quiet'],
  aborted: ['Ended by a threshold', 'bad'],
  crashed: ['Broke off', 'bad'],
  refused: ['Could not start', 'bad'],
}

export function Title({ head, actions }: { readonly head: RunHead; readonly actions: ComponentChildren }) {
  const { state, scenario, host, startedAt, durationSeconds, load, error } = head
  const [words, tone] = STATES[state]
  const isOn = state === 'running' || state === 'stopping' || state === 'loading'
  const whole = load.durationMs === null ? undefined : load.durationMs / 1000
  return (
    <section class="title">
      <div>
        <h1>
          {scenario} <span class="against">against</span> {host}
        </h1>
        <p class="facts">
          <span class={`state ${tone}`} role="status">
            {words}
          </span>
          <span class="figures">
            {formatClock(durationSeconds)}
            {whole !== undefined && ` of ${formatClock(whole)}`}
          </span>
          <span>{formatWhen(startedAt)}</span>
        </p>
        {error !== null && <p class="error">{error}</p>}
      </div>
      <div class="actions">{actions}</div>
      {isOn && whole !== undefined && (
        <progress aria-label="Time" max={whole} value={Math.min(whole, durationSeconds)} />
      )}
    </section>
  )
}
