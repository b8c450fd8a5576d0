/**
 * `npm run drill [-- NAME… --OPTION VALUE…]`: faults, races, load and leaks against real servers on this machine, a line for each
 * promise. `drills.ts` has the names; without one the usual ones run.
 */
import { type ServerProgram, startServer, type TestServer } from '../rig/server.ts'
import { type ChosenDrill, readDrills } from './read-drills.ts'

/** So many as no drill reaches: limits have their own tests. */
const withoutLimits = {
  MIEN_DEMO: 'off',
  MIEN_SESSIONS_PER_MINUTE: '1000000',
  MIEN_API_CALLS_PER_MINUTE: '1000000',
} as const

async function run({ drill, options }: ChosenDrill): Promise<boolean> {
  const servers: TestServer[] = []
  const openServer = async (environment: Readonly<Record<string, string>> = {}, program?: ServerProgram) => {
    const server = await startServer({ ...withoutLimits, ...environment }, program)
    servers.push(server)
    return server
  }
  try {
    return await drill.run({ options, openServer })
  } finally {
    await Promise.all(servers.map((server) => server.close()))
  }
}

const held: boolean[] = []
for (const chosen of readDrills(process.argv.slice(2))) held.push(await run(chosen))
process.exitCode = held.every(Boolean) ? 0 : 1
