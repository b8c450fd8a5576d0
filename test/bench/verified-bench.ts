import { buildClient } from '../rig/built-client.ts'
import { launchChromium } from '../rig/chromium.ts'
import { type RecordingProxy, startRecordingProxy } from '../rig/recording-proxy.ts'
import { scriptedCamera } from '../rig/scripted-camera.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { openShop } from '../rig/shop.ts'
import { callVerified, type VerifiedOutcome, watchedPage } from '../rig/verified-call.ts'
import { median } from './samples.ts'

const rounds = 12
const levels = ['A0', 'A2'] as const

interface SignIn extends VerifiedOutcome {
  readonly sentBytes: number
}

/** Signs somebody in who has enrolled, on a page that has done so before. */
interface Level {
  signIn(): Promise<SignIn>
  close(): Promise<void>
}

/**
 * Prints how long a sign-in takes where the server looks itself, beside one where it does not: in turns, in front of the same made-up
 * camera. The script and the reading of the notice are apart, since they are the person's time.
 */
export async function runVerifiedBench(): Promise<void> {
  await buildClient()
  const [server, proxy] = await Promise.all([startServer(), startRecordingProxy()])
  const browser = await launchChromium({ camera: 'none', proxy: proxy.address })
  const camera = await scriptedCamera('b', 'follows')
  const open = async (level: (typeof levels)[number]) =>
    openLevel(await browser.newContext(), server, proxy, level, camera)
  const opened = [await open('A0'), await open('A2')]
  try {
    const samples = levels.map((): SignIn[] => [])
    for (let round = 0; round < rounds; round++) {
      for (const [which, { signIn }] of opened.entries()) samples[which]!.push(await signIn())
    }
    print(samples)
  } finally {
    await Promise.all(opened.map((level) => level.close()))
    await browser.close()
    await Promise.all([server, proxy].map((part) => part.close()))
  }
}

async function openLevel(
  device: Parameters<typeof watchedPage>[0],
  server: TestServer,
  proxy: RecordingProxy,
  level: (typeof levels)[number],
  camera: string,
): Promise<Level> {
  const shop = await openShop(server, { min_assurance_enroll: level, min_assurance_authenticate: level })
  // The second of the shop's origins is cross-origin isolated: threads.
  const page = await watchedPage(device, shop.origins[1]!, camera)
  const call = async (operation: 'enroll' | 'authenticate') => {
    await page.bringToFront()
    proxy.clear()
    const called = await callVerified(page, { publicId: shop.credentials.public_id, operation })
    const bodies = proxy.requests.filter(({ url }) => url.endsWith('/v1/submissions')).map(({ body }) => body.length)
    return { ...called, sentBytes: bodies.at(-1) ?? 0 }
  }
  const { outcome } = await call('enroll')
  if (outcome.code !== 0) throw new Error(`Not enrolled at ${level}: ${JSON.stringify(outcome)}`)
  await call('authenticate')
  return { signIn: () => call('authenticate'), close: () => shop.close() }
}

/** The person reads, and does what the script says. */
const persons = ['picture-notice', 'verifying'] as const

const spentOf = ({ spentMs }: SignIn, names: readonly string[]): number =>
  names.reduce((sum, name) => sum + (spentMs[name] ?? 0), 0)

const restOf = (sample: SignIn): number =>
  spentOf(
    sample,
    Object.keys(sample.spentMs).filter((name) => !persons.some((person) => person === name)),
  )

function print(samples: readonly SignIn[][]): void {
  const cell = (value: string) => value.padStart(9)
  const row = (name: string, of: (sample: SignIn) => number) =>
    `${name.padEnd(34)}${samples.map((list) => cell(median(list.map(of)).toFixed(0))).join('')}`
  const state = (words: string, ...names: readonly string[]) => row(words, (sample) => spentOf(sample, names))
  const more = median(samples[1]!.map((sample, round) => restOf(sample) - restOf(samples[0]![round]!)))
  const lines = [
    '',
    `from the call of authenticate() to the verdict, made-up camera, warm cache, median of ${rounds} in turns, milliseconds`,
    `${''.padEnd(34)}${levels.map(cell).join('')}`,
    row('all but notice and script', restOf),
    state('  session, models, camera', 'preparing', 'permission'),
    state('  until the person stands right', 'positioning'),
    state('  frames', 'capturing', 'retry'),
    state('  server', 'deciding'),
    state('script', 'verifying'),
    row('bytes of the submission', ({ sentBytes }) => sentBytes),
    `${'let in, of all'.padEnd(34)}${samples
      .map((list) => cell(`${list.filter(({ outcome }) => outcome.code === 0).length}/${list.length}`))
      .join('')}`,
    `A2 takes ${more.toFixed(0)} ms more than A0 besides its script`,
  ]
  console.log(lines.join('\n'))
}
