import type { Fault } from '../fault.ts'

/** What a firewall takes for an attack, and a harmless search that contains it; the other searches share its words. */
const RULES = [
  [/\bselect\b.*\bfrom\b/i, 'select oak from Union Street'],
  [/\bunion\b.*\bselect\b/i, 'Union Street select oak'],
  [/--/, 'oak table -- from Union Street'],
  [/\w'\w/, "the Neill's table"],
  [/\.\.\//, 'oak ../ Union Street'],
] as const

const HARMLESS = [
  'from Union Street',
  'select oak',
  'oak / table',
  'Union of oak',
  "the Neills' table",
  'well-oiled oak',
]

const REFUSALS = [
  [
    'awselb/2.0',
    '<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 Forbidden</h1></center>\r\n</body>\r\n</html>\r\n',
  ],
  [
    'Microsoft-Azure-Application-Gateway/v2',
    '<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 Forbidden</h1></center>\r\n<hr><center>Microsoft-Azure-Application-Gateway/v2</center>\r\n</body>\r\n</html>\r\n',
  ],
  [
    'Apache',
    '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>403 Forbidden</title>\n</head><body>\n<h1>Forbidden</h1>\n<p>You don\'t have permission to access this resource.</p>\n</body></html>\n',
  ],
  [
    'Apache',
    '<html lang="de"><head><title>Zugriff verweigert!</title></head><body><h1>Zugriff verweigert!</h1><p>Der Zugriff auf das angeforderte Objekt ist nicht möglich. Entweder kann es vom Server nicht gelesen werden oder es ist zugriffsgeschützt.</p><h2>Error 403</h2></body></html>',
  ],
] as const

/**
 * A firewall before the service takes some searches for injected SQL or a walk up the directories. It speaks of permission, as it
 * always does, though credentials have nothing to do with it: whoever asks, and as often as they ask, the text decides.
 */
export const wordFilter: Fault = {
  truth: ['invalid-input', 'bad-row'],
  place(random) {
    const [pattern, caught] = random.pick(RULES)
    const [server, body] = random.pick(REFUSALS)
    const share = random.float(0.05, 0.25)
    const refusal = { status: 403, body, headers: { server, 'content-type': 'text/html; charset=utf-8' } }
    return {
      tasks: {
        list: `({ http, random }) => http.get('/things', { name: '/things', query: {
          q: (random.chance(${share}) ? ${JSON.stringify(caught)} : random.pick(${JSON.stringify(HARMLESS)})) + ' ' + random.integer(1, 1e6) } })`,
      },
      misbehave: ({ query }) => (pattern.test(query.get('q') ?? '') ? refusal : undefined),
    }
  },
}
