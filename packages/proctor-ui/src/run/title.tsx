import type { ComponentChildren } from 'preact'
import type { RunState } from 'proctor/wire'
import { formatClock, formatWhen } from '../format.ts'
import type { RunStore } from './run-store.ts'

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

export function Title({ store, actions }: { readonly store: RunStore; readonly actions: ComponentChildren }) {
  const { state, scenario, host, startedAt, durationSeconds, load, error, resets, countedFromSeconds } =
    store.head.value!
  const [words, tone] = STATES[state]
  const { thresholds, soundness } = store.standing
  const isDoubted = soundness?.verdict === 'void' || thresholds.some((each) => each.state !== 'held')
  const whole = load.durationMs === null ? undefined : load.durationMs / 1000
  return (
    <section class="title">
      <div>
        <h1>
          {scenario} <span class="against">against</span> {host}
        </h1>
        <p class="facts">
          <span class={`state ${tone === 'good' && isDoubted ? 'bad' : tone}`} role="status">
            {words}
          </span>
          <span class="figures">
            {formatClock(durationSeconds)}
            {whole !== undefined && ` of ${formatClock(whole)}`}
          </span>
          <span>{formatWhen(startedAt)}</span>
          {resets.length > 0 && (
            <span>
              statistics reset at {formatClock(resets.at(-1)! / 1000)}:{' '}
              {countedFromSeconds > 0 ? 'counts are from then on' : 'the figures here are of the whole run'}
            </span>
          )}
        </p>
        {error !== null && <p class="error">{error}</p>}
      </div>
      <div class="actions">{actions}</div>
      {store.isOn && whole !== undefined && (
        <progress aria-label="Time" max={whole} value={Math.min(whole, durationSeconds)} />
      )}
    </section>
  )
}
