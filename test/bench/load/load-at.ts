import type { LoadedApplication, LoadRig } from './load-rig.ts'
import { type LoadFigures, openLoad, type Percentiles } from './open-load.ts'
import { type ProcessTimes, processTimes, sharesBetween } from './process-time.ts'
import { prepareSignIn } from './sign-ins.ts'

/** What of all processor cores was taken, and for how long. */
interface Taken {
  readonly shares: ProcessTimes
  readonly seconds: number
}

export type Measured = LoadFigures & Taken

export interface ChosenLoad {
  /** By devices: 1:1. Else whoever it is is searched for. */
  readonly isSigned: boolean
  /** Of those that run, so many. */
  readonly servers: number
  /** Sign-ins a second. */
  readonly rate: number
  readonly seconds: number
}

/** Templates are made before: whoever loads shares the processor with what is measured. */
export function prepareLoad(application: LoadedApplication, { isSigned, servers, rate, seconds }: ChosenLoad) {
  const options = application.signIns(isSigned, servers)
  const among = isSigned ? application.people.devices.length : application.people.count
  return Array.from({ length: Math.ceil(rate * seconds) }, () => prepareSignIn(options, among))
}

export async function loadAt(rig: LoadRig, application: LoadedApplication, chosen: ChosenLoad): Promise<Measured> {
  const signIns = prepareLoad(application, chosen)
  return withShares(rig, () => openLoad(signIns, chosen.rate))
}

export async function withShares<T extends object>(
  { postmaster }: LoadRig,
  work: () => Promise<T>,
): Promise<T & Taken> {
  const before = processTimes(postmaster)
  const began = performance.now()
  const figures = await work()
  const seconds = (performance.now() - began) / 1000
  return { ...figures, seconds, shares: sharesBetween(before, processTimes(postmaster), seconds) }
}

/** Code is compiled, connections are open, and galleries are in memory. */
export async function warmUp(
  rig: LoadRig,
  application: LoadedApplication,
  chosen: Pick<ChosenLoad, 'isSigned' | 'servers'>,
): Promise<void> {
  const until = performance.now() + patienceMs
  for (let i = 0; i < 3 || (!chosen.isSigned && (await isLoading(rig, application, chosen.servers))); i++) {
    if (performance.now() > until) throw new Error('The gallery did not come into the memory of the servers')
    await loadAt(rig, application, { ...chosen, rate: 10, seconds: 2 })
  }
}

/** Longest wait for a gallery to be where it is searched from then on. */
const patienceMs = 180_000

/** Whether some server still reads the gallery into its memory. */
async function isLoading(rig: LoadRig, { secretKey }: LoadedApplication, servers: number): Promise<boolean> {
  const headers = { authorization: `Bearer ${secretKey}` }
  const reasons = rig.servers.slice(0, servers).map(async ({ url }) => {
    const answer = await fetch(new URL('/v1/stats', url), { headers })
    return ((await answer.json()) as StatsAnswer).galleries[0]?.reason
  })
  return (await Promise.all(reasons)).some((reason) => reason === 'idle' || reason === 'loading')
}

interface StatsAnswer {
  readonly galleries: readonly { readonly reason: string }[]
}

export const threePercentiles = ({ p50, p95, p99 }: Percentiles): string =>
  [p50, p95, p99].map((ms) => ms.toFixed(1)).join(' / ')

export const percent = (share: number): string => `${(100 * share).toFixed(0)} %`
