import { cameraFacts as wireCameraFacts } from '@mien/shared/api/submissions'
import { describe, expect, it } from 'vitest'
import { cameraFacts, countFrame, isVirtualName, noFrames } from './camera-facts.ts'

const streamOf = (...labels: string[]) => ({ getVideoTracks: () => labels.map((label) => ({ label })) })
const size = { width: 640, height: 480 }
const count = (...repeats: boolean[]) => repeats.map((isRepeat) => ({ isRepeat })).reduce(countFrame, noFrames)

describe('the name of a camera', () => {
  it.each([
    'OBS Virtual Camera',
    'OBS-Camera',
    'ManyCam Virtual Webcam',
    'Snap Camera',
    'XSplit VCam',
    'DroidCam Source 3',
    'Dummy video device (0x0000)',
    'v4l2loopback (platform:v4l2loopback-000)',
    'mmhmm Camera',
    'Camera (NVIDIA Broadcast)',
    'e2eSoft iVCam',
    'Reincubate Camo',
    'NDI Webcam Video 1',
    'Unity Video Capture',
    'fake_device_0',
  ])('%s is that of a program', (label) => {
    expect(isVirtualName(label)).toBe(true)
  })

  it.each([
    '',
    'FaceTime HD Camera',
    'Integrated Camera (04f2:b604)',
    'HD Pro Webcam C920 (046d:082d)',
    'OBSBOT Tiny 2',
    'Front Camera, facing front',
    'Camouflage Pro',
    'Indigo HD',
    'iPhone Camera',
  ])('%s is not', (label) => {
    expect(isVirtualName(label)).toBe(false)
  })
})

describe('camera facts', () => {
  it('count repeats among neighbouring frames: a frozen picture is 1, a sensor 0', () => {
    const facts = (...repeats: boolean[]) => cameraFacts(streamOf('Webcam'), count(...repeats), size)
    expect(facts(false, true, true, true).frozen_ratio).toBe(1)
    expect(facts(false, false, false).frozen_ratio).toBe(0)
    expect(facts(false, false, true, false, false).frozen_ratio).toBe(0.25)
    expect(facts().frozen_ratio).toBe(0)
    expect(facts(false).frozen_ratio).toBe(0)
    expect(facts(true, true, true).frozen_ratio).toBe(1)
  })

  it('pass the wire as they are, and never carry the name', () => {
    const facts = cameraFacts(streamOf('OBS Virtual Camera'), count(false, false), size)
    expect(wireCameraFacts.parse(facts)).toEqual({ ...size, virtual_suspected: true, frozen_ratio: 0 })
    expect(JSON.stringify(facts)).not.toContain('OBS')
  })

  it('do not know the camera of a stream that has none left', () => {
    expect(cameraFacts(streamOf(), noFrames, size).virtual_suspected).toBe(false)
  })
})
