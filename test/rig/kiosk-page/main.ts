import type { MienError } from '@mien/shared/errors'
import { send } from '../../../packages/client/src/http/api-client.ts'
import { type OpenedCore, openCore } from '../../../packages/client/src/offline/open-core.ts'
import { syntheticPerson } from '../../fixtures/synthetic-templates.ts'

/** The kiosk that this page is: the widget's own code and store, without a camera. */
let opened: OpenedCore | undefined
let strangers = 2_000_000

const kiosk = (): OpenedCore => {
  if (opened === undefined) throw new Error('open it first')
  return opened
}

/** Milliseconds. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

const endOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: MienError) => error.code,
  )

const page = {
  async open(place: { endpoint: string; publicId: string }) {
    const signal = new AbortController().signal
    opened = await openCore({ ...place, mode: 'kiosk', signal, send })
  },
  /** Registers it, and pulls its gallery. @returns milliseconds */
  register: ({ code }: { code: string }) =>
    timeOf(() => kiosk().core.register((key) => kiosk().api.registerKiosk(code, key))),
  /** So many people come by whom it does not know. @returns milliseconds */
  refuse: ({ count }: { count: number }) =>
    timeOf(async () => {
      for (let i = 0; i < count; i++) await kiosk().core.recognise(syntheticPerson(strangers++))
    }),
  /** The same once, where it may fail. @returns `done` or the error's code */
  tryRefuse: () => endOf(kiosk().core.recognise(syntheticPerson(strangers++))),
  /** Somebody enrolls, with a draft of so many bytes that no server takes. @returns `done` or the error's code */
  tryDraft: ({ bytes }: { bytes: number }) => endOf(kiosk().core.enroll(new Uint8Array(bytes).fill(32))),
  /** One meeting with the server. @returns milliseconds */
  sync: () =>
    timeOf(async () => {
      const outcome = await kiosk().core.attempt()
      if (outcome !== 'done') throw new Error(String(outcome))
    }),
  /** @returns how a meeting ended: the name of an outcome, or an error's code */
  async trySync() {
    const outcome = await kiosk().core.attempt()
    return typeof outcome === 'string' ? outcome : outcome.code
  },
  status: () => kiosk().core.status(),
  async held() {
    const { gallery, outbox, tickets } = await kiosk().keeper.read()
    const free = tickets.held.length - tickets.usedIds.length
    return { people: gallery.faces.size, waiting: outbox.entries.length, tickets: free }
  },
  /** By policy some browsers keep nothing. */
  forbidStorage() {
    const open = () => {
      throw new DOMException('refused', 'SecurityError')
    }
    Object.defineProperty(window, 'indexedDB', { value: { open } })
  },
}

export type KioskPage = typeof page
Object.assign(window, { kiosk: page })
