import { type Signal, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { PageState } from 'proctor/wire'
import { TaskRatios } from '../run/details.tsx'
import { type ProctorServer, Refusal } from '../server.ts'
import { type ArgumentValue, type Draft, draftOf, fieldsOf, type Kind, PRESETS, previewOf } from './draft.ts'
import { ArgumentField } from './argument-field.tsx'
import { Choice } from './choice.tsx'
import { Field } from './field.tsx'
import { StageEditor } from './stage-editor.tsx'
import { added } from './stages.ts'

export interface StartFormProps {
  readonly server: ProctorServer
  readonly page: PageState
  readonly onStarted: () => void
}

interface Trouble {
  /** The field that it is about, by its flag. */
  readonly field: string | undefined
  readonly message: string
}

/** What to run: the load, where to, for how long, and what has to hold. */
export function StartForm({ server, page, onStarted }: StartFormProps) {
  const draft = useSignal(draftOf(page.fields, page.hasShape))
  const trouble = useSignal<Trouble | undefined>(undefined)
  const isStarting = useSignal(false)
  const change = (part: Partial<Draft>): void => {
    draft.value = { ...draft.value, ...part }
    trouble.value = undefined
  }
  const start = async (event: Event): Promise<void> => {
    event.preventDefault()
    isStarting.value = true
    try {
      await server.start(fieldsOf(draft.value))
      onStarted()
    } catch (error) {
      trouble.value = troubleOf(error)
    } finally {
      isStarting.value = false
    }
  }
  const troubleWith = (field: string): string | undefined =>
    trouble.value?.field === field ? trouble.value.message : undefined
  return (
    <form class="start" onSubmit={(event) => void start(event)} noValidate>
      <div class="start-head">
        <h1>New run</h1>
        <p class="facts">
          <code>{page.scenario.split('/').at(-1)}</code>
        </p>
      </div>
      {page.trouble !== null && (
        <p class="error" role="alert">
          {page.trouble}
        </p>
      )}
      <ul class="presets" aria-label="Presets">
        {PRESETS.map(({ name, about, draft: preset }) => (
          <li key={name}>
            <button type="button" onClick={() => change(preset)}>
              <b>{name}</b>
              <small>{about}</small>
            </button>
          </li>
        ))}
      </ul>
      <div class="start-columns">
        <div>
          <LoadFields draft={draft} change={change} troubleWith={troubleWith} hasShape={page.hasShape} />
          <fieldset>
            <legend>Where and how long</legend>
            <div class="fields">
              <HostField
                hosts={page.hosts}
                draft={draft.value}
                change={change}
                trouble={troubleWith('host')}
              />
              {draft.value.kind !== 'stages' && (
                <Field
                  label="Run time"
                  hint="60s, 5m, 1h30m; empty runs until stopped"
                  value={draft.value.runTime}
                  onInput={(runTime) => change({ runTime })}
                  trouble={troubleWith('run-time')}
                />
              )}
            </div>
            <Refresh server={server} page={page} />
          </fieldset>
          <Thresholds page={page} draft={draft.value} change={change} trouble={troubleWith('threshold')} />
          <Arguments page={page} draft={draft.value} change={change} />
          <More draft={draft.value} change={change} troubleWith={troubleWith} />
        </div>
        <aside>
          <Preview draft={draft.value} change={change} />
          {page.users.length > 0 && (
            <section>
              <h2>Who does what</h2>
              <TaskRatios users={page.users} />
            </section>
          )}
        </aside>
      </div>
      <div class="start-foot">
        <button type="submit" class="primary" disabled={isStarting.value || page.trouble !== null}>
          Start
        </button>
        {trouble.value !== undefined && (
          <p class="error" role="alert">
            {trouble.value.message}
          </p>
        )}
      </div>
    </form>
  )
}

/** `--users: expected a whole number` is about the field of the users. */
function troubleOf(error: unknown): Trouble {
  const { message } = error as Error
  const [, field, rest] = /^--([\w-]+): (.*)$/s.exec(message) ?? []
  return error instanceof Refusal && field !== undefined
    ? { field, message: `${field.replaceAll('-', ' ')}: ${rest}` }
    : { field: undefined, message }
}

interface PartProps {
  readonly draft: Draft
  readonly change: (part: Partial<Draft>) => void
}

type TroubleWith = (field: string) => string | undefined

function LoadFields({
  draft,
  change,
  troubleWith,
  hasShape,
}: {
  readonly draft: Signal<Draft>
  readonly change: PartProps['change']
  readonly troubleWith: TroubleWith
  readonly hasShape: boolean
}) {
  const { kind, users, spawnRate, arrivals, maxUsers, spacing, isOfArrivals } = draft.value
  const isOpen = kind === 'arrivals' || (kind === 'stages' && isOfArrivals)
  return (
    <fieldset>
      <legend>Load</legend>
      <div class="choice" role="radiogroup" aria-label="Kind of load">
        <Kinds kind={kind} hasShape={hasShape} onChange={(next) => change({ kind: next })} />
      </div>
      <div class="fields">
        {kind === 'users' && (
          <>
            <Field
              label="Users"
              isNumber
              value={users}
              onInput={(value) => change({ users: value })}
              trouble={troubleWith('users')}
            />
            <Field
              label="Spawn rate"
              hint="started per second"
              isNumber
              value={spawnRate}
              onInput={(value) => change({ spawnRate: value })}
              trouble={troubleWith('spawn-rate')}
            />
          </>
        )}
        {kind === 'arrivals' && (
          <Field
            label="Arrivals per second"
            isNumber
            value={arrivals}
            onInput={(value) => change({ arrivals: value })}
            trouble={troubleWith('arrivals')}
          />
        )}
        {kind === 'stages' && (
          <Choice
            label="Stages of"
            value={isOfArrivals ? 'arrivals' : 'users'}
            options={{ users: 'users', arrivals: 'arrivals a second' }}
            onChange={(value) => change({ isOfArrivals: value === 'arrivals' })}
          />
        )}
        {isOpen && (
          <>
            <Choice
              label="Spacing"
              value={spacing}
              options={{ poisson: 'random (Poisson)', uniform: 'even' }}
              onChange={(value) => change({ spacing: value })}
            />
            <Field
              label="Most users at work"
              hint="empty sets no bound"
              isNumber
              value={maxUsers}
              onInput={(value) => change({ maxUsers: value })}
              trouble={troubleWith('max-users')}
            />
          </>
        )}
        {kind === 'shape' && <p class="note">The scenario decides over the load as it goes on.</p>}
      </div>
      {troubleWith('stages') !== undefined && <p class="error">{troubleWith('stages')}</p>}
    </fieldset>
  )
}

const KINDS: Readonly<Record<Kind, string>> = {
  users: 'Users',
  arrivals: 'Arrivals',
  stages: 'Stages',
  shape: "Scenario's",
}

function Kinds({
  kind,
  hasShape,
  onChange,
}: {
  readonly kind: Kind
  readonly hasShape: boolean
  readonly onChange: (kind: Kind) => void
}) {
  const kinds = (Object.keys(KINDS) as Kind[]).filter((each) => each !== 'shape' || hasShape)
  return (
    <>
      {kinds.map((each) => (
        <label key={each}>
          <input type="radio" name="kind" checked={kind === each} onChange={() => onChange(each)} />
          <span>{KINDS[each]}</span>
        </label>
      ))}
    </>
  )
}

function HostField({
  hosts,
  draft,
  change,
  trouble,
}: PartProps & { readonly hosts: readonly string[]; readonly trouble: string | undefined }) {
  if (hosts.length > 1) {
    return (
      <Choice
        label="Host"
        value={draft.host}
        options={Object.fromEntries(hosts.map((host) => [host, host]))}
        onChange={(host) => change({ host })}
      />
    )
  }
  return (
    <Field
      label="Host"
      hint="another one: start with --allow-host"
      value={draft.host}
      onInput={(host) => change({ host })}
      trouble={trouble}
      isReadOnly
    />
  )
}

function Refresh({ server, page }: { readonly server: ProctorServer; readonly page: PageState }) {
  const said = useSignal('')
  const isAtWork = useSignal(false)
  if (!page.canRefresh) return null
  const refresh = async (): Promise<void> => {
    isAtWork.value = true
    try {
      await server.post('refresh')
      said.value = 'The service has begun anew.'
    } catch (error) {
      said.value = (error as Error).message
    } finally {
      isAtWork.value = false
    }
  }
  return (
    <p class="refresh">
      <button type="button" disabled={isAtWork.value} onClick={() => void refresh()}>
        Fresh database
      </button>{' '}
      <span role="status">{said.value}</span>
    </p>
  )
}

function Thresholds({
  page,
  draft,
  change,
  trouble,
}: PartProps & { readonly page: PageState; readonly trouble: string | undefined }) {
  return (
    <fieldset>
      <legend>What has to hold</legend>
      {page.thresholds.length > 0 && (
        <p class="note">
          By the scenario: <code>{page.thresholds.join(', ')}</code>
        </p>
      )}
      <label class="field wide">
        <span class="sr">Thresholds</span>
        <textarea
          rows={2}
          spellcheck={false}
          placeholder="GET /students p99<200ms, all failures<1%"
          value={draft.thresholds}
          aria-invalid={trouble !== undefined}
          onInput={(event) => change({ thresholds: event.currentTarget.value })}
        />
      </label>
    </fieldset>
  )
}

/** What the scenario itself is told. */
function Arguments({ page, draft, change }: PartProps & { readonly page: PageState }) {
  if (page.arguments.length === 0) return null
  const set = (name: string, value: ArgumentValue): void => change({ args: { ...draft.args, [name]: value } })
  return (
    <fieldset>
      <legend>Arguments of the scenario</legend>
      <div class="fields">
        {page.arguments.map((argument) => (
          <ArgumentField
            key={argument.name}
            argument={argument}
            value={draft.args[argument.name] ?? argument.default}
            onChange={(value) => set(argument.name, value)}
          />
        ))}
      </div>
    </fieldset>
  )
}

const MORE: Readonly<Record<string, readonly [label: string, hint: string]>> = {
  seed: ['Seed', 'repeats the random choices of a run'],
  iterations: ['Tasks in all', 'ends the run earlier'],
  threads: ['Worker threads', ''],
  'stop-timeout': ['Stop timeout', '10s'],
  'request-timeout': ['Request timeout', '60s'],
}

function More({ draft, change, troubleWith }: PartProps & { readonly troubleWith: TroubleWith }) {
  return (
    <details class="more">
      <summary>More</summary>
      <div class="fields">
        {Object.entries(MORE).map(([name, [label, hint]]) => (
          <Field
            key={name}
            label={label}
            hint={hint}
            value={draft.more[name] ?? ''}
            onInput={(value) => change({ more: { ...draft.more, [name]: value } })}
            trouble={troubleWith(name)}
          />
        ))}
      </div>
    </details>
  )
}

function Preview({ draft, change }: PartProps): ComponentChildren {
  const unit =
    draft.kind === 'arrivals' || (draft.kind === 'stages' && draft.isOfArrivals) ? 'arrivals/s' : 'users'
  if (draft.kind === 'shape') return null
  if (draft.kind !== 'stages') return <StageEditor points={previewOf(draft)} unit={unit} />
  return (
    <>
      <StageEditor points={draft.points} unit={unit} onChange={(points) => change({ points })} />
      <p class="note">
        Pull the points, or move them by the arrow keys.{' '}
        <button
          type="button"
          class="small"
          onClick={() => change({ points: added(draft.points, draft.points.length - 1) })}
        >
          Add a stage
        </button>{' '}
        <button
          type="button"
          class="small"
          disabled={draft.points.length < 2}
          onClick={() => change({ points: draft.points.slice(0, -1) })}
        >
          Remove the last
        </button>
      </p>
    </>
  )
}
