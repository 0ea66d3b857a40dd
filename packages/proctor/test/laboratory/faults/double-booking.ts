import type { Fault } from '../fault.ts'

const REFUSALS = [
  [409, 'application/json', '{"status":409,"error":"Conflict"}'],
  [422, 'application/json', '{"errors":{"base":["is not available"]}}'],
  [400, 'application/json', '{"error":"Booking could not be saved"}'],
  [500, 'application/json', '{"statusCode":500,"message":"Internal server error"}'],
  [500, 'text/plain; charset=utf-8', 'Internal Server Error\n'],
] as const

/** What is booked, and for when: the names of two fields, each with the values that it takes. */
const CALENDARS = [
  ['room', [12, 25], 'night', [25, 60]],
  ['courtId', [6, 12], 'slot', [48, 96]],
  ['seat', [40, 80], 'showing', [6, 14]],
] as const

/**
 * A place can be booked once for each time. Every place is booked again and again, and so is every time; only where both came together
 * before is a booking refused.
 */
export const doubleBooking: Fault = {
  truth: ['repeated-input'],
  place(random) {
    const [place, [fewPlaces, mostPlaces], time, [fewTimes, mostTimes]] = random.pick(CALENDARS)
    const [places, times] = [random.integer(fewPlaces, mostPlaces), random.integer(fewTimes, mostTimes)]
    const [status, type, body] = random.pick(REFUSALS)
    const refusal = { status, body, headers: { 'content-type': type }, afterMs: 1 }
    const booked = new Set<string>()
    return {
      tasks: {
        create: `({ http, random }) => http.post('/bookings', { json: {
          ${place}: random.integer(1, ${places}), ${time}: random.integer(1, ${times}),
          guests: random.integer(1, 4), name: random.pick(['Ada', 'Bo', 'Cy']) + ' ' + random.integer(1, 1e9) } })`,
      },
      misbehave({ path, body: sent }) {
        if (path !== '/bookings') return undefined
        const booking = `${sent[place]} ${sent[time]}`
        if (booked.has(booking)) return refusal
        booked.add(booking)
        return undefined
      },
    }
  },
}
