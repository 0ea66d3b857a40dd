import { useId } from 'preact/hooks'

export interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly hint?: string
  readonly isNumber?: true
  readonly isReadOnly?: true
  /** What is wrong with it: takes the place of the hint. */
  readonly trouble?: string | undefined
}

export function Field({ label, value, onInput, hint = '', isNumber, isReadOnly, trouble }: FieldProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        value={value}
        inputMode={isNumber === undefined ? 'text' : 'decimal'}
        readOnly={isReadOnly === true}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={trouble !== undefined}
        aria-describedby={`${id}-hint`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <small id={`${id}-hint`} class={trouble === undefined ? '' : 'error'}>
        {trouble ?? hint}
      </small>
    </div>
  )
}
