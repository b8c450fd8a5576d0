import fc from 'fast-check'
import { expect, test } from 'vitest'
import { estimatePose } from './pose.ts'

/** The same nine vertices of MediaPipe's canonical face as the code's, written out again so that a slip shows. */
const vertices: Readonly<Record<number, readonly [number, number, number]>> = {
  30: [0, 1.126865, -7.475604],
  33: [0, 2.089024, -6.058267],
  51: [0, 3.406404, -5.979507],
  36: [-4.445859, -2.663991, -3.173422],
  39: [-1.856432, -2.585245, -3.757904],
  42: [1.856432, -2.585245, -3.757904],
  45: [4.445859, -2.663991, -3.173422],
  48: [-2.456206, 4.342621, -4.283884],
  54: [2.456206, 4.342621, -4.283884],
}

/** Rolls, pitches, then yaws the head and looks at it from far away. Degrees; signs as in `Pose`. */
function project(yaw: number, pitch: number, roll: number, scale: number): Float32Array {
  const [y, p, r] = [yaw, pitch, roll].map((degrees) => (degrees * Math.PI) / 180) as [number, number, number]
  const landmarks = new Float32Array(136)
  for (const [index, [x0, y0, z0]] of Object.entries(vertices)) {
    const x1 = x0 * Math.cos(r) - y0 * Math.sin(r)
    const y1 = x0 * Math.sin(r) + y0 * Math.cos(r)
    // The nose points to -z: looking down turns -z towards +y, looking to the image's right turns it towards +x.
    const y2 = y1 * Math.cos(p) - z0 * Math.sin(p)
    const z2 = y1 * Math.sin(p) + z0 * Math.cos(p)
    const x3 = x1 * Math.cos(y) - z2 * Math.sin(y)
    landmarks[2 * Number(index)] = 320 + scale * x3
    landmarks[2 * Number(index) + 1] = 240 + scale * y2
  }
  return landmarks
}

test('the angles by which a head was turned are found', () => {
  const angle = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true })
  fc.assert(
    fc.property(
      angle(50),
      angle(40),
      angle(40),
      fc.double({ min: 3, max: 60, noNaN: true }),
      (yaw, pitch, roll, scale) => {
        const pose = estimatePose(project(yaw, pitch, roll, scale))
        expect(pose.yawDegrees).toBeCloseTo(yaw, 1)
        expect(pose.pitchDegrees).toBeCloseTo(pitch, 1)
        expect(pose.rollDegrees).toBeCloseTo(roll, 1)
      },
    ),
  )
})

test('a nose further right means yaw > 0, a nose further down pitch > 0, a lower right eye roll > 0', () => {
  const front = project(0, 0, 0, 20)
  const move = (index: number, dx: number, dy: number) =>
    front.map((value, i) => value + (i === 2 * index ? dx : i === 2 * index + 1 ? dy : 0))
  expect(estimatePose(move(30, 15, 0)).yawDegrees).toBeGreaterThan(1)
  expect(estimatePose(move(30, 0, 15)).pitchDegrees).toBeGreaterThan(1)
  expect(estimatePose(move(45, 0, 15)).rollDegrees).toBeGreaterThan(1)
})
