import type { UserSummary } from './draft.ts'
import { Field } from './field.tsx'
import type { PartProps } from './part.ts'

/** Which user classes there are, and how many of each beside the others. */
export function ClassFields({
  users,
  draft: { weights },
  change,
  troubleWith,
}: PartProps & { readonly users: readonly UserSummary[] }) {
  if (users.length < 2) return null
  const set = (name: string, weight: string): void => change({ weights: { ...weights, [name]: weight } })
  return (
    <fieldset>
      <legend>Who</legend>
      <div class="fields">
        {users.map(({ name, weight, fixedCount }) => (
          <Field
            key={name}
            label={name}
            hint={fixedCount > 0 ? `always ${fixedCount}; 0 leaves them out` : 'weight; 0 leaves them out'}
            isNumber
            value={weights[name] ?? String(weight)}
            onInput={(value) => set(name, value)}
            trouble={troubleWith(`weight ${name}`)}
          />
        ))}
      </div>
      {troubleWith('weight') !== undefined && (
        <p class="error" role="alert">
          {troubleWith('weight')}
        </p>
      )}
    </fieldset>
  )
}
