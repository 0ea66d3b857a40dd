import { cli } from './cli.ts'
import { thisMachine } from './machine.ts'

process.exitCode = await cli(thisMachine())
