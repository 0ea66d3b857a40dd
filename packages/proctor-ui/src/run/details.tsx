import type { RunHead, Tick } from 'proctor/wire'
import { Copy } from '../parts/copy.tsx'
import { formatCount, formatPercent, formatTimeOfDay } from '../format.ts'
import type { RunStore } from './run-store.ts'
import { TaskRatios } from './task-ratios.tsx'

/** What stands behind the figures: who did what, whether the generator kept up, and what was said meanwhile. */
export function Details({ store }: { readonly store: RunStore }) {
  void store.version.value
  const head = store.head.value!
  const { soundness, workers } = store.standing
  return (
    <div class="details">
      <div>
        <Soundness soundness={soundness} />
      </div>
      <div>
        <Workers workers={workers} isOn={head.state === 'running'} now={store.seconds.length} />
        <Tasks users={head.users} />
        <section>
          <h2>Again</h2>
          <p class="note">This line repeats the run, with the same random choices.</p>
          <pre tabIndex={0} aria-label="Command line">
            {head.command}
          </pre>
          <Copy text={head.command} />
        </section>
      </div>
      <section class="wide">
        <h2>Log</h2>
        {store.log.length === 0 && <p class="note">It is told while the run goes on, and not kept.</p>}
        <ol class="log" tabIndex={0} aria-label="Log of the run" hidden={store.log.length === 0}>
          {store.log.map(({ number, at, kind, text }) => (
            <li key={number} class={kind}>
              <time>{formatTimeOfDay(at)}</time> {text}
            </li>
          ))}
        </ol>
      </section>
    </div>
  )
}

const VERDICTS: Readonly<Record<string, string>> = {
  valid: 'Valid: the generator kept up.',
  suspect: 'Suspect: the generator may have changed these figures.',
  void: 'Void: the generator was the bottleneck.',
  unknown: 'Not judged yet.',
}

const TONES: Readonly<Record<string, string>> = { void: 'bad', suspect: 'warn' }

const SIGNALS: Readonly<Record<string, string>> = {
  eventLoopUtilization: 'Worker busy',
  loopDelayP99Ms: 'Event loop late',
  gcShare: 'Collecting garbage',
  coreWaitShare: 'Without a core',
  stealShare: 'Taken by the host',
  slipP99Ms: 'Arrivals late',
  shortfallShare: 'Arrivals not begun',
}

function Soundness({ soundness }: { readonly soundness: Tick['soundness'] }) {
  if (soundness === null) return null
  return (
    <section>
      <h2>Was the test itself sound?</h2>
      <p>{VERDICTS[soundness.verdict]}</p>
      {soundness.reasons.length > 0 && (
        <ul class="evidence">
          {soundness.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Worst second</th>
            <th scope="col">Value</th>
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          {soundness.signals.map(({ signal, unit, worst, verdict }) => (
            <tr key={signal}>
              <th scope="row">{SIGNALS[signal] ?? signal}</th>
              <td>
                {worst === null ? '–' : unit === 'ms' ? `${worst.toFixed(1)} ms` : formatPercent(worst)}
              </td>
              <td class={TONES[verdict] ?? ''}>{verdict}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** One that has told nothing for this many seconds is behind. */
const BEHIND_SECONDS = 3

function Workers({
  workers,
  isOn,
  now,
}: {
  readonly workers: Tick['workers']
  readonly isOn: boolean
  readonly now: number
}) {
  if (workers.length === 0) return null
  return (
    <section>
      <h2>Workers</h2>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Worker</th>
            <th scope="col">Users</th>
            <th scope="col">In flight</th>
            <th scope="col">Busy</th>
            <th scope="col">Health</th>
          </tr>
        </thead>
        <tbody>
          {workers.map(({ worker, users, inFlight, second, generator }) => (
            <tr key={worker}>
              <th scope="row">{worker + 1}</th>
              <td>{formatCount(users)}</td>
              <td>{formatCount(inFlight)}</td>
              <td>{formatPercent(generator.eventLoopUtilization)}</td>
              <td>{isOn && now - second > BEHIND_SECONDS ? `silent for ${now - second} s` : 'well'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Tasks({ users }: { readonly users: RunHead['users'] }) {
  if (users.length === 0) return null
  return (
    <section>
      <h2>Who does what</h2>
      <TaskRatios users={users} />
    </section>
  )
}
