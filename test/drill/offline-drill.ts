import { defineDrill } from './define-drill.ts'
import { progress } from './progress.ts'
import { say } from './say.ts'
import { startOffline } from './start-offline.ts'
import { type Memory, syncKiosk } from './sync-kiosk.ts'

const sayMemory = ({ serverMegabytesBefore, serverMegabytes, pageMegabytes }: Memory): string =>
  `at most ${Math.round(serverMegabytes)} MB of the server's process (${Math.round(serverMegabytesBefore)} before) and ${Math.round(pageMegabytes)} MB of the page's objects`

/** A kiosk's gallery, its events, and its start without a network, in the browser. It kills its server for good. */
export const offlineDrill = defineDrill({
  name: 'offline',
  summary: "a kiosk's gallery, events and start without a network",
  options: { gallery: 10_000, events: 5000, starts: 5 },
  async run({ options: { gallery: people, events, starts }, openServer }) {
    const server = await openServer()
    const { pull, sync } = await syncKiosk(server, { people, events }, progress('event', events))
    const isPulled = say(
      'SY10',
      `a kiosk is handed ${pull.people} people in ${pull.seconds.toFixed(1)} s, ${pull.megabytes.toFixed(1)} MB on the wire, ${sayMemory(pull)}`,
      pull.people === people,
    )
    const isTold = say(
      'SY8',
      `${sync.events} events told in ${sync.meetings} meetings, ${sync.seconds.toFixed(1)} s of them with the server, ${sayMemory(sync)}`,
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
  },
})
