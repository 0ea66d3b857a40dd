import type { ScenarioArgument } from 'proctor/wire'
import { Choice } from './choice.tsx'
import type { ArgumentValue } from './draft.ts'
import { Field } from './field.tsx'

export interface ArgumentFieldProps {
  readonly argument: ScenarioArgument
  readonly value: ArgumentValue
  readonly onChange: (value: ArgumentValue) => void
}

/** One argument of the scenario, by its type. */
export function ArgumentField({
  argument: { name, type, help, choices },
  value,
  onChange,
}: ArgumentFieldProps) {
  if (choices !== null) {
    const options = Object.fromEntries(choices.map((choice) => [choice, choice]))
    return <Choice label={name} value={String(value)} options={options} onChange={onChange} />
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
  const typed = (text: string): ArgumentValue =>
    type === 'number' && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
  return <Field label={name} hint={help} value={String(value)} onInput={(text) => onChange(typed(text))} />
}
