import type { Kind } from './draft.ts'
import { Choice } from './choice.tsx'
import { Field } from './field.tsx'
import type { PartProps } from './part.ts'

export interface LoadFieldsProps extends PartProps {
  readonly hasShape: boolean
}

/** How much is asked of the service. */
export function LoadFields({ hasShape, ...part }: LoadFieldsProps) {
  const { draft, change, troubleWith } = part
  const { kind, isOfArrivals } = draft
  const isOpen = kind === 'arrivals' || (kind === 'stages' && isOfArrivals)
  return (
    <fieldset>
      <legend>Load</legend>
      <Kinds kind={kind} hasShape={hasShape} onChange={(next) => change({ kind: next })} />
      <div class="fields">
        {kind === 'users' && <UserFields {...part} />}
        {kind === 'arrivals' && (
          <Field
            label="Arrivals per second"
            isNumber
            value={draft.arrivals}
            onInput={(arrivals) => change({ arrivals })}
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
        {isOpen && <OpenFields {...part} />}
        {kind === 'shape' && <p class="note">The scenario decides over the load as it goes on.</p>}
      </div>
      {troubleWith('stages') !== undefined && (
        <p class="error" role="alert">
          {troubleWith('stages')}
        </p>
      )}
    </fieldset>
  )
}

function UserFields({ draft: { users, spawnRate }, change, troubleWith }: PartProps) {
  return (
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
  )
}

function OpenFields({ draft: { spacing, maxUsers }, change, troubleWith }: PartProps) {
  return (
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
  )
}

const KINDS: Readonly<Record<Kind, string>> = {
  users: 'Users',
  arrivals: 'Arrivals',
  stages: 'Stages',
  shape: "Scenario's",
}

interface KindsProps {
  readonly kind: Kind
  readonly hasShape: boolean
  readonly onChange: (kind: Kind) => void
}

function Kinds({ kind, hasShape, onChange }: KindsProps) {
  const kinds = (Object.keys(KINDS) as Kind[]).filter((each) => each !== 'shape' || hasShape)
  return (
    <div class="choice" role="radiogroup" aria-label="Kind of load">
      {kinds.map((each) => (
        <label key={each}>
          <input type="radio" name="kind" checked={kind === each} onChange={() => onChange(each)} />
          <span>{KINDS[each]}</span>
        </label>
      ))}
    </div>
  )
}
