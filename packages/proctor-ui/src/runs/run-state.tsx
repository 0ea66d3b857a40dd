import type { KeptRun, RunState } from 'proctor/wire'
import { plural } from '../format.ts'

const STATES: Readonly<Record<RunState, readonly [words: string, tone: string]>> = {
  loading: ['starting', 'quiet'],
  running: ['running', 'rate'],
  stopping: ['stopping', 'quiet'],
  completed: ['finished', 'good'],
  stopped: ['stopped', 'quiet'],
  aborted: ['ended by a threshold', 'bad'],
  crashed: ['broke off', 'bad'],
  refused: ['could not start', 'bad'],
}

export interface HowItEndedProps extends Pick<KeptRun, 'verdict' | 'thresholdsMissed'> {
  readonly state: RunState
}

/** How a run ended, and what may be held against it all the same. */
export function HowItEnded({ state, verdict, thresholdsMissed }: HowItEndedProps) {
  const [words, tone] = STATES[state]
  const isDoubted = verdict === 'void' || thresholdsMissed > 0
  return (
    <div class="run-state">
      <span class={`state ${tone === 'good' && isDoubted ? 'bad' : tone}`}>{words}</span>
      {verdict === 'void' && <small class="bad">void: the generator was the bottleneck</small>}
      {verdict === 'suspect' && <small class="warn">suspect: its details say why</small>}
      {thresholdsMissed > 0 && <small class="bad">{plural(thresholdsMissed, 'threshold')} missed</small>}
    </div>
  )
}
