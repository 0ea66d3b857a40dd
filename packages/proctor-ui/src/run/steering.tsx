import { useComputed, useSignal, useSignalEffect } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { TakeAway } from '../parts/take-away.tsx'
import { goTo } from '../route.ts'
import type { ProctorServer } from '../server.ts'
import { targetOf } from './load-words.ts'
import type { RunStore } from './run-store.ts'

/** Change the load, stop: whatever can be done while it goes on; afterwards, another run. */
export function Steering({ server, store }: { readonly server: ProctorServer; readonly store: RunStore }) {
  const trouble = useSignal('')
  const state = useComputed(() => store.head.value?.state)
  const run = useComputed(() => store.head.value?.id)
  const attempt = (what: () => Promise<unknown>): void => {
    trouble.value = ''
    what().catch((error: Error) => {
      trouble.value = error.message
    })
  }
  const isOn = state.value === 'running' || state.value === 'loading'
  const isOver = !isOn && state.value !== 'stopping'
  const [next, expect] = useNextFocus(isOver, state.value === 'running')
  if (isOver) {
    const runId = store.head.peek()?.runId ?? null
    return (
      <>
        {runId !== null && <TakeAway runId={runId} />}
        <button ref={next} type="button" class="primary" onClick={() => goTo('/new')}>
          New run
        </button>
      </>
    )
  }
  return (
    <>
      {isOn && (
        <ChangeLoad
          key={`${run.value} ${state.value}`}
          store={store}
          onChange={(target, rate) => attempt(() => server.steer(target, rate))}
        />
      )}
      <button
        type="button"
        disabled={state.value !== 'running'}
        title="All statistics from 0; the run goes on, and its record has all of it"
        onClick={() => attempt(() => server.post('reset'))}
      >
        Reset
      </button>
      <button
        type="button"
        disabled={!isOn}
        title="Stops this run and begins the same anew, all figures from 0"
        onClick={() => {
          expect('run')
          attempt(() => server.post('start-over'))
        }}
      >
        Start over
      </button>
      <button
        ref={next}
        type="button"
        class="danger"
        aria-disabled={!isOn}
        onClick={() => {
          if (!isOn) return
          expect('end')
          attempt(() => server.post('stop'))
        }}
      >
        Stop
      </button>
      {trouble.value !== '' && (
        <p class="error" role="alert">
          {trouble.value}
        </p>
      )}
    </>
  )
}

/** What a button of the run leads to, which takes the button itself away. */
type Expected = 'run' | 'end'

/** Who presses a button that goes away finds the focus on what is to be done next. */
function useNextFocus(isOver: boolean, isRunning: boolean) {
  const next = useRef<HTMLButtonElement>(null)
  const expected = useRef<Expected | undefined>(undefined)
  useLayoutEffect(() => {
    if (expected.current === undefined) return
    if (document.activeElement === document.body) next.current?.focus()
    const hasCome = expected.current === 'end' ? isOver : isRunning
    if (hasCome && document.activeElement === next.current) expected.current = undefined
  })
  return [next, (what: Expected) => void (expected.current = what)] as const
}

interface ChangeLoadProps {
  readonly store: RunStore
  readonly onChange: (target: number, spawnRate: number | undefined) => void
}

function ChangeLoad({ store, onChange }: ChangeLoadProps) {
  const { load } = store.head.peek()!
  const isClosed = load.kind === 'closed'
  const target = useComputed(() => String(targetOf(store.head.value!)))
  /** What was typed and is not the load's yet; another page may change that meanwhile. */
  const typed = useSignal<string | undefined>(undefined)
  useSignalEffect(() => {
    if (typed.value === target.value) typed.value = undefined
  })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const rate = form.get('rate')
    onChange(Number(form.get('target')), rate === null ? undefined : Number(rate))
  }
  return (
    <form class="change" onSubmit={submit} aria-label="Change the load">
      <label>
        {isClosed ? 'Users' : 'Arrivals/s'}
        <input
          name="target"
          type="number"
          min="0"
          max="1000000"
          step={isClosed ? 1 : 'any'}
          required
          value={typed.value ?? target.value}
          onInput={(event) => (typed.value = event.currentTarget.value)}
        />
      </label>
      {isClosed && (
        <label>
          per second
          <input name="rate" type="number" min="0.01" step="any" required defaultValue={load.spawnRate} />
        </label>
      )}
      <button type="submit">Change</button>
    </form>
  )
}
