import { encodeBase64Url } from '@mien/shared/bytes'
import { encodeTemplate } from '@mien/shared/template/format'
import { goodFrame } from '../../fixtures/good-frame.ts'
import type { TestDevice } from '../../fixtures/test-device.ts'
import type { EnrolledPeople } from './enrolled-people.ts'
import { type HttpSender, SendFailure } from './http-sender.ts'

/** The three requests of a sign-in, in their order. */
export const steps = ['session', 'challenge', 'submission'] as const
export type Step = (typeof steps)[number]

/** A sign-in that waits for its moment. */
export interface SignIn {
  /** All three requests. @param tell how long each took, milliseconds @throws SendFailure also where somebody else, or nobody, was recognised */
  run(tell: (step: Step, ms: number) => void): Promise<void>
}

export interface SignInOptions {
  readonly sender: HttpSender
  /** Requests go to each in turn. */
  readonly urls: readonly string[]
  readonly publicId: string
  readonly people: EnrolledPeople
  /** Signed by the person's device: 1:1. Else whoever it is is searched for. */
  readonly isSigned: boolean
}

const origin = 'https://bench.example'
const framesEach = 3
const frameIntervalMs = 200

let sequence = 0

/** @param among people who sign in, each as often as any other: the first of them */
export function prepareSignIn(options: SignInOptions, among: number): SignIn {
  const number = sequence++
  const who = number % among
  const templates = Array.from({ length: framesEach }, (_, frame) => {
    const vector = options.people.frameOf(who, framesEach * number + frame + 1_000_000)
    return encodeBase64Url(encodeTemplate({ modelId: options.people.modelId, vector }))
  })
  const device = options.isSigned ? options.people.devices[who]! : null
  return { run: (tell) => signIn(options, { number, templates, device }, tell) }
}

interface Prepared {
  readonly number: number
  readonly templates: readonly string[]
  readonly device: TestDevice | null
}

async function signIn(
  { sender, urls, publicId }: SignInOptions,
  { number, templates, device }: Prepared,
  tell: (step: Step, ms: number) => void,
): Promise<void> {
  const ask = async (step: Step, headers: Readonly<Record<string, string>>, text: string) => {
    const began = performance.now()
    const url = urls[(number + steps.indexOf(step)) % urls.length]!
    const answer = await sender.post(url, `/v1/${step}s`, { origin, ...headers }, text)
    tell(step, performance.now() - began)
    return JSON.parse(answer)
  }
  const session = await ask('session', { authorization: `Public ${publicId}` }, '{"operation":"authenticate"}')
  const authorization = `Session ${session.client_token}`
  const named = device === null ? {} : { device_key_id: device.keyId }
  const challenge = await ask('challenge', { authorization }, JSON.stringify(named))
  const body = JSON.stringify({
    challenge_id: challenge.challenge_id,
    nonce: challenge.nonce,
    operation: 'authenticate',
    origin,
    level: challenge.level,
    model_id: challenge.model_id,
    templates,
    frames: templates.map((_, i) => ({ ...goodFrame, at_ms: i * frameIntervalMs })),
    ...(device === null ? {} : { device: device.offer }),
  })
  const signature = device === null ? {} : { 'mien-signature': device.sign(body) }
  const outcome = await ask('submission', { authorization, ...signature }, body)
  if (outcome.status !== 'ok') throw new SendFailure(`${outcome.status} ${outcome.reason ?? ''}`)
}
