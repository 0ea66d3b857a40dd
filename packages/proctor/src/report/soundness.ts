import type { Soundness } from '../run/soundness.ts'
import type { Style } from './style.ts'

const WORDS: Record<Soundness['verdict'], string> = {
  valid: 'Valid: the generator kept up.',
  suspect: 'Suspect: the generator may have changed these figures.',
  void: 'Void: the generator was the bottleneck; these figures say nothing of the service.',
  unknown: 'Not judged:',
}

/** The summary's section: the verdict, and each reason for it. */
export function soundnessSection({ verdict, reasons }: Soundness, style: Style): string[] {
  if (verdict === 'unknown') return [style('quiet', [WORDS.unknown, ...reasons].join(' '))]
  if (verdict === 'valid') return [style('quiet', WORDS.valid)]
  return [
    style(verdict === 'void' ? 'bad' : 'strong', WORDS[verdict]),
    ...reasons.map((reason) => `  - ${reason}`),
  ]
}

/** While the run goes on, the gravest reason; none while nothing speaks against it. */
export function unsoundLines(soundness: Soundness | undefined, style: Style): string[] {
  if (soundness === undefined) return []
  const { verdict, reasons } = soundness
  if (verdict !== 'suspect' && verdict !== 'void') return []
  return [style(verdict === 'void' ? 'bad' : 'strong', `! ${verdict} so far: ${reasons[0]}`)]
}
