import { type Contestant } from '../contestant.ts'
import { cached, installPeers, node, script } from './cache.ts'

const main = cached('artillery/node_modules/artillery/bin/run')

/**
 * Artillery knows arrivals, not users at work. The nearest: as many arrivals as there are users, within a second, each
 * of which asks in a loop without end. Such a run has no end of its own.
 */
export const artillery: Contestant = {
  name: 'Artillery',
  endless: true,
  program: {
    name: 'artillery',
    versionArgv: ['env', 'ARTILLERY_DISABLE_TELEMETRY=true', node, main, 'version'],
    versionPattern: /Artillery: (\S+)/,
    install: `${installPeers} artillery`,
  },
  argv: ({ loadCase, url }) => [
    'env',
    'ARTILLERY_DISABLE_TELEMETRY=true',
    node,
    main,
    'run',
    '--target',
    url,
    script(`artillery-${loadCase.name}.yml`),
  ],
  complaint: ({ stdout }) => /^.*(?:errors\.|http\.codes\.[345]).*$/m.exec(stdout)?.[0],
}
