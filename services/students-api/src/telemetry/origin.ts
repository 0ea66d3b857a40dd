import { randomUUID } from 'node:crypto'
import { resourceFromAttributes } from '@opentelemetry/resources'

/** Where telemetry comes from: the same of every span and log record of this process. */
export interface Origin {
  resource: ReturnType<typeof resourceFromAttributes>
  scope: { name: string }
  /** As `db.system.name` has it. */
  databaseSystem: 'sqlite' | 'postgresql'
}

/** @param attributes Those of the environment come before ours. */
export function originOf(
  attributes: Readonly<Record<string, string>>,
  databaseSystem: Origin['databaseSystem'],
): Origin {
  const resource = resourceFromAttributes({ 'service.instance.id': randomUUID(), ...attributes })
  return { resource, scope: { name: 'students-api' }, databaseSystem }
}
