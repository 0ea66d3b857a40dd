/** What a service says to a value that it has already. */
export interface Refusal {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** The seed's run in another dress. What is true of it only the judge knows: Proctor sees what is sent and answered. */
export interface Variant {
  readonly name: string
  /** The field that must not repeat. */
  readonly key: string
  /** The numbers that it is made of. */
  readonly from: number
  readonly to: number
  /** Drawn by `Math.random`, not by the scenario's own choices. */
  readonly isUnseeded: boolean
  readonly refusal: Refusal
}

/** As Flask answers when nobody has caught an error; of the e-mail it says no word. */
const HTML_PAGE: Refusal = {
  status: 500,
  contentType: 'text/html; charset=utf-8',
  body: `<!doctype html>
<html lang=en>
<title>500 Internal Server Error</title>
<h1>Internal Server Error</h1>
<p>The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application.</p>
`,
}

const SEED: Variant = {
  name: "the seed's, 500 with an HTML page",
  key: 'email',
  from: 1000,
  to: 9999,
  isUnseeded: false,
  refusal: HTML_PAGE,
}

export const VARIANTS: readonly Variant[] = [
  SEED,
  { ...SEED, name: 'drawn by Math.random', isUnseeded: true },
  { ...SEED, name: 'another field', key: 'serial' },
  { ...SEED, name: 'another range', from: 20_001, to: 24_000 },
  {
    ...SEED,
    name: 'another status, 422',
    refusal: {
      status: 422,
      contentType: 'application/problem+json',
      body: '{"type":"about:blank","title":"Unprocessable Content","status":422}',
    },
  },
]
