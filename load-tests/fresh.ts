import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

/** What the page's button runs: asks `start.ts`, which listens at the path given, for a fresh database. */
const said = await text(connect(process.argv[2]!))
if (said !== 'fresh') throw new Error('students-api did not start again: see its terminal')
