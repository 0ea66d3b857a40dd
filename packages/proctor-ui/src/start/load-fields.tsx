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
        {kind === 'arrivals' && <NumberField of="arrivals" {...part} />}
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

function UserFields(part: PartProps) {
  return (
    <>
      <NumberField of="users" {...part} />
      <NumberField of="spawnRate" {...part} />
    </>
  )
}

function OpenFields(part: PartProps) {
  return (
    <>
      <Choice
        label="Spacing"
        value={part.draft.spacing}
        options={{ poisson: 'random (Poisson)', uniform: 'even' }}
        onChange={(spacing) => part.change({ spacing })}
      />
      <NumberField of="maxUsers" {...part} />
    </>
  )
}

/** The numbers of a load, by where the draft has them. */
const NUMBERS = {
  users: { label: 'Users', flag: 'users', hint: '' },
  spawnRate: { label: 'Spawn rate', flag: 'spawn-rate', hint: 'started per second' },
  arrivals: { label: 'Arrivals per second', flag: 'arrivals', hint: '' },
  maxUsers: { label: 'Most users at work', flag: 'max-users', hint: 'empty sets no bound' },
}

function NumberField({ of, draft, change, troubleWith }: PartProps & { readonly of: keyof typeof NUMBERS }) {
  const { label, flag, hint } = NUMBERS[of]
  return (
    <Field
      label={label}
      hint={hint}
      isNumber
      value={draft[of]}
      onInput={(value) => change({ [of]: value })}
      trouble={troubleWith(flag)}
    />
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
