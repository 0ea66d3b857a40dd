import type { PageState } from 'proctor/wire'
import { ArgumentField } from './argument-field.tsx'
import type { ArgumentValue } from './draft.ts'
import { Field } from './field.tsx'
import type { PartProps } from './part.ts'

type ScenarioProps = PartProps & { readonly page: PageState }

/** What the run is judged by. */
export function Thresholds({ page, draft, change, troubleWith }: ScenarioProps) {
  const trouble = troubleWith('threshold')
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
        {trouble !== undefined && <small class="error">{trouble}</small>}
      </label>
    </fieldset>
  )
}

/** What the scenario itself is told. */
export function Arguments({ page, draft, change, troubleWith }: ScenarioProps) {
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
            trouble={troubleWith(`argument ${argument.name}`)}
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

/** What is rarely asked for; opens where something in it is wrong. */
export function More({ draft, change, troubleWith }: PartProps) {
  const isWrong = Object.keys(MORE).some((name) => troubleWith(name) !== undefined)
  return (
    <details class="more" open={isWrong ? true : undefined}>
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
