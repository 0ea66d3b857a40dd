import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { KeptRun } from 'proctor/wire'
import { formatClock, formatCount, formatMs, formatShare, formatWhen } from '../format.ts'
import { goTo } from '../route.ts'
import type { ProctorServer } from '../server.ts'
import { HowItEnded } from './run-state.tsx'

/** By how many are chosen. */
const HINTS = ['Choose two runs to lay them over each other.', 'Choose another one.', 'Two are chosen.']

/** Every run that is kept, the newest first: open one, or lay two over each other. */
export function RunsScreen({ server }: { readonly server: ProctorServer }) {
  const runs = useSignal<readonly KeptRun[] | undefined>(undefined)
  const chosen = useSignal<readonly string[]>([])
  const trouble = useSignal('')
  const load = async (): Promise<void> => {
    try {
      runs.value = await server.get<KeptRun[]>('runs')
    } catch (error) {
      trouble.value = (error as Error).message
    }
  }
  const change = async (runId: string, what: object): Promise<void> => {
    try {
      trouble.value = ''
      await server.post(`runs/${runId}`, what)
    } catch (error) {
      trouble.value = (error as Error).message
    }
    await load()
  }
  useEffect(() => void load(), [])
  const choose = (runId: string): void => {
    const isChosen = chosen.value.includes(runId)
    chosen.value = isChosen ? chosen.value.filter((id) => id !== runId) : [...chosen.value, runId].slice(-2)
  }
  return (
    <section class="title-section" aria-label="Runs">
      <div class="section-head">
        <h1>Runs</h1>
        {(runs.value?.length ?? 0) > 1 && <span class="note">{HINTS[chosen.value.length]}</span>}
        <button
          type="button"
          disabled={chosen.value.length !== 2}
          onClick={() => goTo(`/compare/${chosen.value.join('/')}`)}
        >
          Compare two
        </button>
      </div>
      {trouble.value !== '' && (
        <p class="error" role="alert">
          {trouble.value}
        </p>
      )}
      {runs.value?.length === 0 && (
        <div class="empty">
          <p>No run is kept here yet. Each one that is started will be, with all that it measured.</p>
          <p>
            <a href="#/new">Start the first</a>
          </p>
        </div>
      )}
      <ul class="runs">
        {runs.value?.map((run) => (
          <RunItem
            key={run.runId}
            run={run}
            isChosen={chosen.value.includes(run.runId)}
            onChoose={() => choose(run.runId)}
            onChange={(what) => void change(run.runId, what)}
          />
        ))}
      </ul>
    </section>
  )
}

interface RunItemProps {
  readonly run: KeptRun
  readonly isChosen: boolean
  readonly onChoose: () => void
  readonly onChange: (what: object) => void
}

function RunItem({ run, isChosen, onChoose, onChange }: RunItemProps) {
  const { runId, name, startedAt, scenario, host, requests, failures, p99Ms, durationSeconds } = run
  const title = name ?? formatWhen(startedAt)
  return (
    <li>
      <input type="checkbox" aria-label={`Compare ${title}`} checked={isChosen} onChange={onChoose} />
      <div class="run-what">
        <a href={`#/runs/${runId}`}>{title}</a>
        <small>
          {scenario} against {host}
          {name !== null && `, ${formatWhen(startedAt)}`}
        </small>
        <Tags run={run} onChange={onChange} />
      </div>
      <HowItEnded {...run} />
      <dl class="run-figures">
        <Figure label="time" value={formatClock(durationSeconds)} />
        <Figure label="requests" value={formatCount(requests)} />
        <Figure label="failed" value={formatShare(failures, requests)} isBad={failures > 0} />
        <Figure label="p99" value={`${formatMs(p99Ms)} ms`} />
      </dl>
      <RunMenu run={run} onChange={onChange} />
    </li>
  )
}

interface FigureProps {
  readonly label: string
  readonly value: string
  readonly isBad?: boolean
}

function Figure({ label, value, isBad }: FigureProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd class={isBad === true ? 'bad' : ''}>{value}</dd>
    </div>
  )
}

type ChangeProps = Pick<RunItemProps, 'run' | 'onChange'>

function Tags({ run: { tags }, onChange }: ChangeProps) {
  return (
    <span class="tags">
      {tags.map((tag) => (
        <span class="tag" key={tag}>
          {tag}
          <button type="button" aria-label={`Remove the tag ${tag}`} onClick={() => onChange({ untag: tag })}>
            ×
          </button>
        </span>
      ))}
    </span>
  )
}

function RunMenu({ run, onChange }: ChangeProps) {
  const isSure = useSignal(false)
  const submit = (key: 'name' | 'tag') => (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    onChange({ [key]: new FormData(form).get(key) })
    form.closest('details')!.open = false
    if (key === 'tag') form.reset()
  }
  return (
    <details class="menu">
      <summary aria-label={`Change ${run.name ?? formatWhen(run.startedAt)}`}>⋯</summary>
      <div class="menu-body">
        <form onSubmit={submit('name')}>
          <label class="field">
            Name <input name="name" maxLength={100} defaultValue={run.name ?? ''} />
          </label>
          <button type="submit">Rename</button>
        </form>
        <form onSubmit={submit('tag')}>
          <label class="field">
            Tag <input name="tag" maxLength={50} required />
          </label>
          <button type="submit">Add</button>
        </form>
        <button
          type="button"
          class="danger"
          onClick={() => (isSure.value ? onChange({ remove: true }) : (isSure.value = true))}
        >
          {isSure.value ? 'Really delete it' : 'Delete'}
        </button>
      </div>
    </details>
  )
}
