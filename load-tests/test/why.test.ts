import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CLAIMS, type Report, type Truth } from '../why/claims.ts'

const TRUTH: Truth = { key: 'email', values: 9000, status: 500, created: 587, refused: 13, listBytes: 61_048 }

const SAID = {
  'repeated-input': {
    title: '13 of 600 POST /students failed: the email had been sent before in this run (…).',
    explains: { failures: 13, of: 13 },
    evidence: [
      'By its repeats it is drawn from 8,000 to 25,000 values (95 %); the numbers in it span 8,994, from 1004 to 9997. Of 600 draws from so many about 19.5 are repeats; 13 were.',
    ],
  },
  'wrong-status': { title: '500 is the wrong answer to a repeated email: 409 Conflict is the right one.' },
  rate: { title: 'Think time set the rate of 32.9 a second; what the service can take is unknown.' },
  'growing-answer': { title: 'The answer of GET /students grows by 104 bytes with each row; …' },
}

test('what is true is found to be true, and what was not said is missed', () => {
  assert.deepEqual(
    judged(TRUTH),
    CLAIMS.map(() => true),
  )
  for (const claim of CLAIMS) assert.equal(claim.words(report({})), undefined, claim.name)
})

test('each claim is held against what the service counted', () => {
  const untrue: [Partial<Truth>, boolean[]][] = [
    [{ key: 'serial' }, [false, true, true, true, true]],
    [{ refused: 14 }, [false, false, true, true, true]],
    [{ values: 26_000 }, [true, false, true, true, true]],
    [{ values: 8_500 }, [true, false, true, true, true]],
    [{ status: 503 }, [true, true, false, true, true]],
    [{ listBytes: 70_000 }, [true, true, true, true, false]],
  ]
  for (const [part, expected] of untrue)
    assert.deepEqual(judged({ ...TRUTH, ...part }), expected, JSON.stringify(part))
})

function judged(truth: Truth): boolean[] {
  const said = report(SAID)
  return CLAIMS.map((claim) => claim.isTrue(claim.words(said)!, truth, said))
}

function report(said: Partial<typeof SAID>): Report {
  const findings = Object.entries(said).map(([id, finding]) => ({
    id,
    certainty: 'certain',
    evidence: [],
    ...finding,
  }))
  return { total: { count: 1800, failures: 13 }, generator: { verdict: 'valid' }, findings }
}
