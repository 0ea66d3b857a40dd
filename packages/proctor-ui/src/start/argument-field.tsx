import type { ScenarioArgument } from 'proctor/wire'
import { Choice } from './choice.tsx'
import type { ArgumentValue } from './draft.ts'
import { Field } from './field.tsx'

export interface ArgumentFieldProps {
  readonly argument: ScenarioArgument
  readonly value: ArgumentValue
  readonly trouble: string | undefined
  readonly onChange: (value: ArgumentValue) => void
}

/** One argument of the scenario, by its type. */
export function ArgumentField({ argument, value, trouble, onChange }: ArgumentFieldProps) {
  const { name, type, help, choices } = argument
  if (choices !== null) {
    const options = Object.fromEntries(choices.map((choice) => [choice, choice]))
    return <Choice label={name} value={String(value)} options={options} onChange={onChange} hint={help} />
  }
  if (type === 'boolean') {
    return (
      <label class="check">
        <input
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />{' '}
        {name} <small class="note">{help}</small>
      </label>
    )
  }
  return (
    <Field
      label={name}
      hint={help}
      value={String(value)}
      trouble={trouble}
      onInput={(text) => onChange(type === 'number' ? numberOr(text) : text)}
      {...(type === 'number' ? { isNumber: true as const } : {})}
    />
  )
}

/** What is no number stays as it was typed, and is said to be none. */
function numberOr(text: string): ArgumentValue {
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

/** What is wrong with a value, in the words of the command line; `undefined` where nothing is. */
export function troubleWithArgument(
  { type }: ScenarioArgument,
  value: ArgumentValue | undefined,
): string | undefined {
  if (type !== 'number' || value === undefined || typeof value === 'number') return undefined
  return `expected a number, got ${JSON.stringify(value)}`
}
