import type { Soundness } from '../run/soundness.ts'
import { SUMMARY_COLUMNS, wrap } from './format.ts'
import type { Style, Tone } from './style.ts'

const WORDS: Record<Soundness['verdict'], string> = {
  valid: 'Valid: the generator kept up.',
  suspect: 'Suspect: the generator may have changed these figures.',
  void: 'Void: the generator was the bottleneck; this says nothing of the service.',
  unknown: 'Not judged:',
}

/** The summary's section: the verdict, and each reason for it. */
export function soundnessSection({ verdict, reasons }: Soundness, style: Style): string[] {
  if (verdict === 'unknown') return [style('quiet', `${WORDS.unknown} ${reasons.join('; ')}.`)]
  if (verdict === 'valid') return [style('quiet', WORDS.valid)]
  return [
    style(toneOf(verdict), WORDS[verdict]),
    ...reasons.flatMap((reason) => wrap(reason, SUMMARY_COLUMNS, '- ')),
  ]
}

/** While the run goes on, the gravest reason; none while nothing speaks against it. */
export function unsoundLines(soundness: Soundness | undefined, columns: number, style: Style): string[] {
  if (soundness === undefined) return []
  const { verdict, reasons } = soundness
  if (verdict !== 'suspect' && verdict !== 'void') return []
  const lines = wrap(`${verdict} so far: ${reasons[0]}`, columns, '! ')
  return lines.map((line) => style(toneOf(verdict), line))
}

function toneOf(verdict: 'suspect' | 'void'): Tone {
  return verdict === 'void' ? 'bad' : 'strong'
}
