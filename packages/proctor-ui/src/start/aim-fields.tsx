import { useSignal } from '@preact/signals'
import type { PageState } from 'proctor/wire'
import type { ProctorServer } from '../server.ts'
import { Choice } from './choice.tsx'
import { Field } from './field.tsx'
import type { PartProps } from './part.ts'

export interface AimFieldsProps extends PartProps {
  readonly server: ProctorServer
  readonly page: PageState
}

/** Which service, and for how long. */
export function AimFields({ server, page, ...part }: AimFieldsProps) {
  const { draft, change, troubleWith } = part
  return (
    <fieldset>
      <legend>Where and how long</legend>
      <div class="fields">
        <HostField hosts={page.hosts} {...part} />
        {draft.kind !== 'stages' && (
          <Field
            label="Run time"
            hint="60s, 5m, 1h30m; empty runs until stopped"
            value={draft.runTime}
            onInput={(runTime) => change({ runTime })}
            trouble={troubleWith('run-time')}
          />
        )}
      </div>
      {page.canRefresh && <Refresh server={server} />}
    </fieldset>
  )
}

function HostField({
  hosts,
  draft: { host },
  change,
  troubleWith,
}: PartProps & { readonly hosts: readonly string[] }) {
  if (hosts.length > 1) {
    const options = Object.fromEntries(hosts.map((each) => [each, each]))
    return <Choice label="Host" value={host} options={options} onChange={(next) => change({ host: next })} />
  }
  return (
    <Field
      label="Host"
      hint="another one: start with --allow-host"
      value={host}
      onInput={(next) => change({ host: next })}
      trouble={troubleWith('host')}
      isReadOnly
    />
  )
}

function Refresh({ server }: { readonly server: ProctorServer }) {
  const said = useSignal('')
  const isAtWork = useSignal(false)
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
