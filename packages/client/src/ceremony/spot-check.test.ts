import type { SubmissionResponse } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CeremonyState } from './state.ts'
import { failureOf, start, until, type World } from './world.fixture.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const cropCommitment = { crop_size: 256, max_crop_bytes: 40_960 }
const reveal: SubmissionResponse = { status: 'reveal', expires_in: 30 }

/** Somebody signs in where pictures may be asked for, and agrees. */
function signIn(world: World = {}) {
  const settings = { spot_checked: true, devices: true, ...world.settings }
  const around = start({ cropCommitment, ...world, settings })
  const shown: CeremonyState[] = []
  around.ceremony.subscribe((state) => {
    shown.push(state)
    if (state.name === 'picture-notice') queueMicrotask(() => state.proceed())
  })
  return { ...around, shown }
}

describe('where the server may ask for pictures afterwards', () => {
  it('[CE85] it says so before the camera opens, in words of their own, and opens none for a no', async () => {
    const { ceremony, cameras } = start({ settings: { spot_checked: true }, cropCommitment })
    const state = await until(ceremony, 'picture-notice')
    expect(state).toMatchObject({ isCertain: false, applicationName: 'Shop', pictures: { colours: 'never' } })
    state.decline()
    expect(await failureOf(ceremony)).toMatchObject({ code: 'CONSENT_DECLINED' })
    expect(cameras).toEqual([])
  })

  it('[CE85] while the camera is on nothing claims that no picture will leave the device', async () => {
    const { ceremony, shown } = signIn()
    await until(ceremony, 'done')
    const withCamera = shown.filter(({ name }) => name === 'positioning' || name === 'capturing')
    expect(withCamera.length).toBeGreaterThan(2)
    for (const state of withCamera) expect(state).toMatchObject({ perhapsPictures: true })
    expect(shown).toContainEqual({ name: 'permission', sendsPictures: 'perhaps' })
  })

  it('[CE85] one picture of each frame is committed to, with its time, and stays here unless it is asked for', async () => {
    const { ceremony, submissions, sentPictures, takenPictures, reveals, kept } = signIn()
    await until(ceremony, 'done')
    const [{ frames, crops }] = submissions as [(typeof submissions)[0]]
    expect(crops?.map(({ at_ms: atMs }) => atMs)).toEqual(frames.map(({ at_ms: atMs }) => atMs))
    expect(new Set(crops?.map(({ sha256 }) => sha256)).size).toBe(frames.length)
    expect(takenPictures).toHaveLength(frames.length)
    for (const { size, maxBytes } of takenPictures) expect([size, maxBytes]).toEqual([256, 40_960])
    expect([sentPictures, reveals]).toEqual([[[]], []])
    expect(kept.size).toBe(0)
  })

  it('[CE85] asked, it sends the same submission again with its pictures, signed by the same key', async () => {
    const { ceremony, submissions, reveals, asked } = signIn({ answers: [reveal] })
    await until(ceremony, 'done')
    expect(reveals).toHaveLength(1)
    expect(JSON.stringify(reveals[0]?.submission)).toBe(JSON.stringify(submissions[0]))
    expect(reveals[0]?.pictures).toEqual(submissions[0]?.crops?.map((_, i) => Uint8Array.of(i + 1)))
    expect(asked.signatures).toEqual(['0', '0'])
  })

  it.each<[string, World, string]>([
    ['refused', { reveals: [{ status: 'refused', reason: 'spoof' }] }, 'BINDING_MISMATCH'],
    ['asked for once more', { reveals: [reveal] }, 'BINDING_MISMATCH'],
    ['not taken', { reveals: [new MienError('CHALLENGE_USED')] }, 'CHALLENGE_USED'],
  ])('[CE85] pictures that are %s end the ceremony', async (what, world, code) => {
    const { ceremony, reveals } = signIn({ answers: [reveal], ...world })
    const failure = await failureOf(ceremony)
    if (what === 'refused') expect(failure).toMatchObject({ reason: 'spoof' })
    else expect(failure).toMatchObject({ code })
    expect(reveals).toHaveLength(1)
  })

  it('[CE85] a picture that shows nobody is worth another capture', async () => {
    const { ceremony, reveals, submissions } = signIn({ answers: [reveal], reveals: [{ status: 'retry' }] })
    await until(ceremony, 'done')
    expect([reveals.length, submissions.length]).toEqual([1, 2])
  })

  it.each<[string, World]>([
    ['the session did not announce any', { cropCommitment }],
    ['nothing was committed to', { answers: [reveal] }],
  ])('[CE85] no picture leaves where %s', async (_name, world) => {
    const { ceremony, reveals, sentPictures } = start(world)
    expect(await failureOf(ceremony)).toMatchObject({ code: 'BINDING_MISMATCH' })
    expect([reveals, sentPictures.flat()]).toEqual([[], []])
  })

  it('asks nobody else for a yes', async () => {
    const { ceremony, names } = start({ settings: { spot_checked: false } })
    await until(ceremony, 'done')
    expect(names).not.toContain('picture-notice')
  })
})
