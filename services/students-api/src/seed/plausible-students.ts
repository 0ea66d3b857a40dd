import type { NewStudent } from '../students/student.ts'
import { Random } from './random.ts'

// prettier-ignore
const givenNames = [
  'Ada', 'Aisha', 'Alan', 'Ana', 'Anil', 'Barbara', 'Björn', 'Carlos', 'Chinwe', 'Chloé', 'Daniel', 'Deepa', 'Edsger',
  'Elif', 'Emmy', 'Fatima', 'François', 'Grace', 'Hiroshi', 'Ingrid', 'Ivan', 'Jamal', 'Jean-Luc', 'José', 'Katherine',
  'Kwame', 'Leila', 'Linus', 'Mai', 'Margaret', 'María', 'Mateusz', 'Mei', 'Nadia', 'Niamh', 'Olga', 'Omar', 'Priya',
  'Radia', 'Ravi', 'Sofia', 'Søren', 'Tim', 'Tu', 'Vera', 'Wanjiru', 'Yuki', 'Zoë',
] as const

// prettier-ignore
const familyNames = [
  'Adeyemi', 'Ahmed', 'Andersson', 'Chen', 'D’Souza', 'Dijkstra', 'Fernández', 'García', 'Gupta', 'Haddad', 'Hamilton',
  'Hopper', 'Ivanova', 'Jensen', 'Johnson', 'Kim', 'Kowalski', 'Kumar', 'Liskov', 'Lovelace', 'Mensah', 'Müller',
  'Nakamura', 'Nguyen', 'Noether', "O'Brien", 'Okafor', 'Patel', 'Perlman', 'Petrov', 'Rossi', 'Sato', 'Silva', 'Singh',
  'Smith', 'Tanaka', 'Torvalds', 'Turing', 'van der Berg', 'Wang', 'Yılmaz', 'Zhang',
] as const

// A domain named more often has more students.
// prettier-ignore
const domains = [
  'Engineering', 'Engineering', 'Engineering', 'Computer Science', 'Computer Science', 'Computer Science', 'Business',
  'Business', 'Medicine', 'Medicine', 'Law', 'Mathematics', 'Physics', 'Biology', 'Economics', 'History', 'Art & Design',
  'Philosophy',
] as const

const hosts = ['example.edu', 'students.example.edu', 'mail.example.org', 'example.com'] as const

const gpaMean = 7.1
const gpaDeviation = 1.4

/** As many as asked for, the same for the same seed. Seed and place stand in the e-mail, so that no two are alike. */
export function* plausibleStudents(count: number, seed: number): Generator<NewStudent> {
  const random = new Random(seed)
  for (let place = 1; place <= count; place++) {
    const [given, family] = [random.pick(givenNames), random.pick(familyNames)]
    yield {
      name: `${given} ${family}`,
      domain: random.pick(domains),
      gpa: gpa(random),
      email: `${mailbox(given)}.${mailbox(family)}.${place}-${seed}@${random.pick(hosts)}`,
    }
  }
}

/** Six uniform numbers make nearly a normal one, of variance 1/2. */
function gpa(random: Random): number {
  let sum = 0
  for (let n = 0; n < 6; n++) sum += random.fraction()
  const grade = gpaMean + (sum - 3) * Math.SQRT2 * gpaDeviation
  return Math.round(Math.min(10, Math.max(0, grade)) * 100) / 100
}

function mailbox(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll('ø', 'o')
    .replaceAll('ı', 'i')
    .replaceAll(/[^a-zA-Z]/g, '')
    .toLowerCase()
}
