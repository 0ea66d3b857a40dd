import type { CohortWire } from '../evidence/cohort.ts'
import type { Exemplar } from '../evidence/exemplar.ts'
import type { Failure, FailureExample } from '../evidence/failure.ts'
import { REDACTED, Redaction } from '../evidence/redaction.ts'
import type { Tallied } from '../evidence/tally.ts'
import type { KeptBodies, Plan } from './plan.ts'
import type { RequestInterval, Snapshot, TaskException } from './snapshot.ts'

export const NOT_KEPT = '[not kept]'

/** What may leave a worker: secrets are masked, and bodies left out that nobody wants kept. */
export class Discretion {
  readonly #redaction: Redaction
  readonly #keepBodies: KeptBodies

  constructor({ redact, keepBodies = 'all-exemplars' }: Pick<Plan, 'redact' | 'keepBodies'>) {
    this.#redaction = new Redaction(redact)
    this.#keepBodies = keepBodies
  }

  snapshot(snapshot: Snapshot): Snapshot {
    return {
      ...snapshot,
      requests: snapshot.requests.map((request) => this.#request(request)),
      failures: snapshot.failures.map(([key, group]) => [this.#redaction.name(key), this.#failure(group)]),
      evidence: snapshot.evidence.map((cohort) => this.#cohort(cohort)),
      serverTimings: (snapshot.serverTimings ?? []).map((timing) => {
        return { ...timing, name: this.#redaction.name(timing.name) }
      }),
      exceptions: snapshot.exceptions.map(([key, group]) => [
        this.#redaction.text(key),
        { ...group, what: this.#exception(group.what) },
      ]),
    }
  }

  #request(request: RequestInterval): RequestInterval {
    const name = this.#redaction.name(request.name)
    return name === request.name ? request : { ...request, name }
  }

  #failure(group: Tallied<Failure>): Tallied<Failure> {
    const { name, example } = group.what
    const what = {
      ...group.what,
      name: this.#redaction.name(name),
      example: example && this.#example(example, this.#keepBodies !== 'none'),
    }
    return { ...group, what }
  }

  #cohort(cohort: CohortWire): CohortWire {
    const keepsBodies =
      this.#keepBodies === 'all-exemplars' || (cohort.outcome === 'failed' && this.#keepBodies === 'failures')
    return {
      ...cohort,
      name: this.#redaction.name(cohort.name),
      fields: cohort.fields.map((field) => ({ ...field, texts: this.#texts(field, keepsBodies) })),
      exemplars: cohort.exemplars.map((exemplar): Exemplar => ({
        ...exemplar,
        ...this.#example(exemplar, keepsBodies),
      })),
    }
  }

  #texts({ place, name, texts }: CohortWire['fields'][number], keepsBodies: boolean): [number, string][] {
    if (place === 'body' && !keepsBodies) return []
    const isSecret = name.split('/').some((part) => this.#redaction.isSecret(part))
    return texts.map(([hash, text]) => [hash, isSecret ? REDACTED : this.#redaction.text(text)])
  }

  #example(example: FailureExample, keepsBodies: boolean): FailureExample {
    const { request, response } = example
    const body = (text: string): string => {
      return text === '' || keepsBodies ? this.#redaction.body(text) : NOT_KEPT
    }
    return {
      ...example,
      request: {
        ...request,
        url: this.#redaction.text(request.url),
        headers: this.#redaction.headers(request.headers),
        body: body(request.body),
      },
      response: response && {
        ...response,
        headers: this.#redaction.headers(response.headers),
        body: body(response.body),
      },
    }
  }

  #exception({ message, stack, ...of }: TaskException): TaskException {
    return { ...of, message: this.#redaction.text(message), stack: this.#redaction.text(stack) }
  }
}
