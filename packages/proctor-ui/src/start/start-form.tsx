import { useSignal } from '@preact/signals'
import type { PageState } from 'proctor/wire'
import { TaskRatios } from '../run/task-ratios.tsx'
import type { ProctorServer } from '../server.ts'
import { AimFields } from './aim-fields.tsx'
import { troubleWithArgument } from './argument-field.tsx'
import { ClassFields } from './class-fields.tsx'
import { type Draft, draftOf, fieldsOf, neededOf, weighted } from './draft.ts'
import { LoadFields } from './load-fields.tsx'
import { Presets } from './presets.tsx'
import { Preview } from './preview.tsx'
import { Arguments, More, Thresholds } from './scenario-fields.tsx'
import { type Trouble, troubleOf } from './trouble.ts'

export interface StartFormProps {
  readonly server: ProctorServer
  readonly page: PageState
  readonly onStarted: () => void
}

/** What to run: the load, where to, for how long, and what has to hold. */
export function StartForm({ server, page, onStarted }: StartFormProps) {
  const draft = useSignal(draftOf(page.fields, page.hasShape))
  const troubles = useSignal<readonly Trouble[]>([])
  const isStarting = useSignal(false)
  const change = (part: Partial<Draft>): void => {
    draft.value = { ...draft.value, ...part }
    troubles.value = []
  }
  const start = async (event: Event): Promise<void> => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    troubles.value = [...emptyTroubles(draft.value), ...argumentTroubles(page, draft.value)]
    if (troubles.value.length > 0) return showFirst(form)
    isStarting.value = true
    try {
      await server.start(fieldsOf(draft.value))
      onStarted()
    } catch (error) {
      troubles.value = [troubleOf(error)]
      showFirst(form)
    } finally {
      isStarting.value = false
    }
  }
  const troubleWith = (field: string): string | undefined =>
    troubles.value.find((trouble) => trouble.field === field)?.message
  const part = { draft: draft.value, change, troubleWith }
  const users = weighted(page.users, draft.value)
  return (
    <form class="start" onSubmit={(event) => void start(event)} noValidate>
      <div class="start-head">
        <h1>New run</h1>
        <p class="facts">
          <code>{page.scenario.split('/').at(-1)}</code>
        </p>
      </div>
      {page.trouble !== null && (
        <div class="trouble" role="alert">
          <p>
            <b>{page.scenario} cannot be run:</b> {page.trouble}
          </p>
          <button type="button" onClick={() => void server.loadPage()}>
            Read it again
          </button>
        </div>
      )}
      <Presets change={change} />
      <div class="start-columns">
        <div>
          <LoadFields {...part} hasShape={page.hasShape} />
          <AimFields {...part} server={server} page={page} />
          <ClassFields {...part} users={page.users} />
          <Thresholds {...part} page={page} />
          <Arguments {...part} page={page} />
          <More {...part} />
        </div>
        <aside>
          <Preview draft={draft.value} change={change} />
          {users.length > 0 && (
            <section>
              <h2>Who does what</h2>
              <TaskRatios users={users} />
            </section>
          )}
        </aside>
      </div>
      <div class="start-foot">
        <button type="submit" class="primary" disabled={isStarting.value || page.trouble !== null}>
          Start
        </button>
        {troubles.value.map(({ field, message }) => (
          <p key={field} class="error" role="alert">
            {field === undefined ? message : `${wordsOf(field)}: ${message}`}
          </p>
        ))}
      </div>
    </form>
  )
}

function emptyTroubles(draft: Draft): Trouble[] {
  return neededOf(draft)
    .filter(({ value }) => value.trim() === '')
    .map(({ field }) => ({ field, message: 'expected a number, got nothing' }))
}

function argumentTroubles(page: PageState, { args }: Draft): Trouble[] {
  return page.arguments.flatMap((argument) => {
    const message = troubleWithArgument(argument, args[argument.name])
    return message === undefined ? [] : [{ field: `argument ${argument.name}`, message }]
  })
}

function wordsOf(field: string): string {
  return field.replace(/^argument /, '').replaceAll('-', ' ')
}

/** Once it is drawn: the first field that is wrong has the focus. */
function showFirst(form: HTMLFormElement): void {
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
}
