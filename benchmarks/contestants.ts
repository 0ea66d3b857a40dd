import type { Contestant } from './contestant.ts'
import { h2load } from './h2load.ts'
import { artillery } from './peers/artillery.ts'
import { autocannon } from './peers/autocannon.ts'
import { k6 } from './peers/k6.ts'
import { locustFast, locustHttp } from './peers/locust.ts'
import { oha } from './peers/oha.ts'
import { proctor, proctorBare } from './proctor.ts'
import { wrk } from './wrk.ts'

/** Those that `--contestant` chooses from by the name it is given here. wrk is what all others are compared with; over HTTP/2, h2load. */
export const contestants: Readonly<Record<string, Contestant>> = {
  wrk,
  h2load,
  proctor,
  'proctor-bare': proctorBare,
  autocannon,
  oha,
  k6,
  'locust-fast': locustFast,
  'locust-http': locustHttp,
  artillery,
}
