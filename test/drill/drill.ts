/**
 * `npm run drill [-- races|kills|timing|dump|galleries|sealed|offline …] [-- --challenges N --sessions N --kills N --requests N --pins N --minutes N]`: races, kills and timing
 * leaks against a real server on this machine, a line each. Without a name: races and kills. `offline [--gallery N --events N --starts N]` measures
 * a kiosk in the browser.
 */
import { parseArgs } from 'node:util'
import type { ApplicationSettingsPatch } from '@mien/shared/api/applications'
import { startServer, type TestServer } from '../rig/server.ts'
import { dumpDatabase } from './dump-database.ts'
import { interruptEnrolments } from './interrupt-enrolments.ts'
import { raceChallenges } from './race-challenges.ts'
import { racePins } from './race-pins.ts'
import { searchGalleries } from './search-galleries.ts'
import { searchSealed } from './search-sealed.ts'
import { createSimulatedWidget } from './simulated-widget.ts'
import { startOffline } from './start-offline.ts'
import { type Memory, syncKiosk } from './sync-kiosk.ts'
import { type TimedKind, timeKeys, timePeople, timePins } from './time-answers.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '25' },
    challenges: { type: 'string', default: '100' },
    sessions: { type: 'string', default: '67' },
    requests: { type: 'string', default: '2000' },
    pins: { type: 'string', default: '2000' },
    minutes: { type: 'string', default: '600' },
    people: { type: 'string', default: '20' },
    tries: { type: 'string', default: '10000' },
    rows: { type: 'string', default: '200000' },
    gallery: { type: 'string', default: '10000' },
    events: { type: 'string', default: '5000' },
    starts: { type: 'string', default: '5' },
  },
})

const maxPinTries = 10
/** Above these a difference tells something. */
const maxAuc = 0.55
const maxDifferenceMs = 1
/** Of a search in one gallery among many. */
const leastRecall = 0.999
/** Two people are no further apart than chance puts them. */
const maxDumpCosine = 0.25

/** In place on a terminal; else a line each tenth. */
const progress = (what: string, total: number) => {
  let told = 0
  return (done: number) => {
    const tenth = Math.floor((10 * done) / total)
    if (process.stderr.isTTY) process.stderr.write(`\r${what} ${done}/${total}${done === total ? '\n' : ''}`)
    else if (tenth > told) process.stderr.write(`${what} ${done}/${total}\n`)
    told = tenth
  }
}

/** @returns whether it is as it has to be */
const say = (id: string, line: string, isHeld: boolean): boolean => {
  console.log(`${id} ${isHeld ? 'held' : 'FAILED'}: ${line}`)
  return isHeld
}

const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')

async function openApplication(server: TestServer, name: string, settings: ApplicationSettingsPatch = {}) {
  const { application_id, public_id, secret_key: secretKey } = await server.admin.createApplication({ name })
  await server.admin.changeSettings(application_id, settings)
  return { url: server.url, publicId: public_id, secretKey, widget: createSimulatedWidget(server.url, public_id) }
}

async function races(server: TestServer): Promise<boolean> {
  const [challenges, usesEach] = [Number(values.challenges), 20]
  const { widget } = await openApplication(server, 'race')
  const race = await raceChallenges(widget, { challenges, usesEach }, progress('challenge', challenges))
  const isOnce = say(
    'SEC-02',
    `${challenges} challenges x ${usesEach} uses at once: ${race.accepted} accepted, ${race.wrong} more or less often than once (${counted(race.refusals)})`,
    race.wrong === 0 && race.accepted === challenges,
  )
  const shop = await openApplication(server, 'pins', { pin_authenticate: 'always', pin_enroll: 'optional' })
  const pins = await racePins(shop.widget, { sessions: Number(values.sessions) })
  const isLimited = say(
    'SEC-20',
    `${pins.guesses} wrong PINs at once: ${pins.evaluated} evaluated, limit ${maxPinTries} (${counted(pins.reasons)})`,
    pins.evaluated <= maxPinTries,
  )
  return isOnce && isLimited
}

async function kills(server: TestServer): Promise<boolean> {
  const { publicId, secretKey } = await openApplication(server, 'kill')
  const rounds = Number(values.kills)
  const figures = await interruptEnrolments({
    server,
    publicId,
    secretKey,
    kills: rounds,
    concurrency: 4,
    onProgress: progress('kill', rounds),
  })
  const { acknowledged, interrupted, lost, recognised } = figures
  return say(
    'R1',
    `${rounds} kills, ${interrupted} enrolments interrupted: ${acknowledged} acknowledged, ${lost} lost, ${recognised} recognised`,
    lost === 0 && recognised === acknowledged,
  )
}

/** Phases of the timing drill: enrolment, facial ids, references, keys and PINs. Each has its share of `--minutes`. */
const timedPhases = 5

/** A line each fiftieth, and one that says early how long it will take. */
function timedProgress(total: (kind: string) => number) {
  const began = new Map<string, number>()
  return (kind: string, done: number) => {
    const startedAt = began.get(kind) ?? performance.now()
    began.set(kind, startedAt)
    if (done % 50 !== 0) return
    const left = ((performance.now() - startedAt) / (done - 1)) * (total(kind) - done)
    process.stderr.write(`${kind} ${done}/${total(kind)}, ${(left / 60_000).toFixed(1)} min left\n`)
  }
}

async function timing(server: TestServer): Promise<boolean> {
  const sayTimes = ({ kind, requestsEach, auc, aucMargin, medianDifferenceMs, medianMs }: TimedKind): boolean =>
    say(
      'SEC-25',
      `${kind}, ${requestsEach} known and ${requestsEach} unknown: AUC ${auc.toFixed(3)} (95 % ${(auc - aucMargin).toFixed(3)} to ${(auc + aucMargin).toFixed(3)}), medians ${medianDifferenceMs.toFixed(3)} ms apart at ${medianMs.toFixed(1)} ms`,
      Math.max(auc, 1 - auc) < maxAuc && medianDifferenceMs < maxDifferenceMs,
    )
  const [requests, pins] = [Number(values.requests), Number(values.pins)]
  const totals: Readonly<Record<string, number>> = { enrolment: Math.ceil(requests / 5) * 2, PIN: pins }
  const onProgress = timedProgress((kind) => totals[kind] ?? requests)
  const maxMs = (Number(values.minutes) * 60_000) / timedPhases
  const extent = { requestsEach: requests, maxMs, onProgress }
  // Searches of a whole gallery are not what is timed.
  const shop = await openApplication(server, 'timing', { prevent_duplicates: false })
  const asking = await openApplication(server, 'pins', { pin_authenticate: 'always', pin_enroll: 'optional' })
  const people = (await timePeople(shop, extent)).map(sayTimes)
  const keys = sayTimes(await timeKeys(shop, extent))
  const guesses = sayTimes(await timePins(asking, { ...extent, requestsEach: pins }))
  return [...people, keys, guesses].every(Boolean)
}

/** The last one: it kills the server for good. */
async function dump(server: TestServer): Promise<boolean> {
  const figures = await dumpDatabase(server, { people: Number(values.people), pins: Number(values.tries) })
  const { people, files, megabytes, windows, plainCosine, turnedCosine, leaks, controls } = figures
  const isTurned = say(
    'TPL-06',
    `${people} people, ${files} files with ${megabytes.toFixed(0)} MB and all tables: largest cosine with a template ${plainCosine.toFixed(3)} in ${windows} runs of numbers; with the turned ones, as a check, ${turnedCosine.toFixed(3)}`,
    plainCosine <= maxDumpCosine && turnedCosine > 0.8,
  )
  const isSealed = say(
    'SEC-21',
    `${leaks.length} secrets in clear of payloads, PIN hashes, keys, tokens and codes (${leaks.join(', ') || 'none'}); ${controls} places of names, as a check`,
    leaks.length === 0 && controls >= people,
  )
  const { triedPins, pinsWithoutPepper, pinsWithPepper } = figures
  const isPeppered = say(
    'SEC-21',
    `${triedPins} PINs tried against an opened hash: ${pinsWithoutPepper} found without the pepper, ${pinsWithPepper} of 1 with it`,
    pinsWithoutPepper === 0 && pinsWithPepper === 1,
  )
  return isTurned && isSealed && isPeppered
}

/** In a database of its own. */
async function galleries(): Promise<boolean> {
  const total = Number(values.rows)
  const sizes = [10, 100, 1000, 20_000].filter((size) => size <= total / 2)
  const figures = await searchGalleries(sizes, { total, probes: 50, onProgress: progress('template', total) })
  return figures
    .map(({ people, probes, recall, medianMs }) =>
      say(
        'TPL-09',
        `${people} of ${total} templates, ${probes} probes: recall of the 10 nearest ${recall.toFixed(4)}, median ${medianMs.toFixed(1)} ms`,
        recall >= leastRecall,
      ),
    )
    .every(Boolean)
}

/** In a database of its own. */
async function sealed(): Promise<boolean> {
  const total = Math.min(Number(values.rows), 10_000)
  const figures = await searchSealed(total, { probes: 50, onProgress: progress('template', total) })
  const { people, probes, recall, heldMegabytes, countedMegabytes, firstMs, sealedMs, turnedMs } = figures
  const memory = `${heldMegabytes.toFixed(1)} MiB held (${countedMegabytes.toFixed(1)} counted)`
  return say(
    'KE13',
    `${people} sealed templates, ${probes} probes: recall of the 10 nearest ${recall.toFixed(4)}, ${memory}, opened in ${Math.round(firstMs)} ms, then median ${sealedMs.toFixed(1)} ms; pgvector on the same people turned alone ${turnedMs.toFixed(1)} ms`,
    recall >= leastRecall,
  )
}

/** The last one: it kills the server for good. */
async function offline(server: TestServer): Promise<boolean> {
  const [people, events, starts] = [values.gallery, values.events, values.starts].map(Number) as [
    number,
    number,
    number,
  ]
  const memory = ({ serverMegabytesBefore, serverMegabytes, pageMegabytes }: Memory) =>
    `at most ${Math.round(serverMegabytes)} MB of the server's process (${Math.round(serverMegabytesBefore)} before) and ${Math.round(pageMegabytes)} MB of the page's objects`
  const { pull, sync } = await syncKiosk(server, { people, events }, progress('event', events))
  const isPulled = say(
    'SY10',
    `a kiosk is handed ${pull.people} people in ${pull.seconds.toFixed(1)} s, ${pull.megabytes.toFixed(1)} MB on the wire, ${memory(pull)}`,
    pull.people === people,
  )
  const isTold = say(
    'SY8',
    `${sync.events} events told in ${sync.meetings} meetings, ${sync.seconds.toFixed(1)} s of them with the server, ${memory(sync)}`,
    sync.events === events,
  )
  const { medianMs, slowestMs, medianReadyMs, megabytes } = await startOffline(server, { starts })
  const disk = Object.entries(megabytes).map(([name, size]) => `${name} ${size.toFixed(1)}`)
  const hasStarted = say(
    'OF3',
    `${starts} starts of the browser without network: from the address to a recognised face median ${Math.round(medianMs)} ms, slowest ${Math.round(slowestMs)} ms, of which ${Math.round(medianReadyMs)} ms until the camera is looked at; MB on the disk: ${disk.join(', ')}`,
    true,
  )
  return isPulled && isTold && hasStarted
}

const drills = { races, kills, timing, galleries, sealed, dump, offline } as const
type Drill = keyof typeof drills
const isDrill = (name: string): name is Drill => Object.hasOwn(drills, name)

const unknown = positionals.find((name) => !isDrill(name))
if (unknown !== undefined) throw new Error(`There is no drill ${unknown}; there are ${Object.keys(drills).join(', ')}`)
const chosen: readonly Drill[] = positionals.length === 0 ? ['races', 'kills'] : positionals.filter(isDrill)

// So many as no drill reaches: limits have their own tests.
const server = await startServer({
  MIEN_DEMO: 'off',
  MIEN_SESSIONS_PER_MINUTE: '1000000',
  MIEN_API_CALLS_PER_MINUTE: '1000000',
})
try {
  const held: boolean[] = []
  for (const name of chosen) held.push(await drills[name](server))
  process.exitCode = held.every(Boolean) ? 0 : 1
} finally {
  await server.close()
}
