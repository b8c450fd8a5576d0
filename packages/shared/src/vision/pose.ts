import type { Landmarks68, Pose } from './types.ts'

/**
 * A generic head, centimetres: where nine iBUG landmarks lie. Camera axes: x to the image's right, y down, z away from
 * the camera. The vertices 1, 2, 0, 33, 133, 362, 263, 61 and 291 of MediaPipe's `canonical_face_model.obj`
 * (Apache-2.0) with y and z turned. The chin is left out, since it moves with the mouth.
 */
const headModel = [
  { landmark: 30, x: 0, y: 1.126865, z: -7.475604 },
  { landmark: 33, x: 0, y: 2.089024, z: -6.058267 },
  { landmark: 51, x: 0, y: 3.406404, z: -5.979507 },
  { landmark: 36, x: -4.445859, y: -2.663991, z: -3.173422 },
  { landmark: 39, x: -1.856432, y: -2.585245, z: -3.757904 },
  { landmark: 42, x: 1.856432, y: -2.585245, z: -3.757904 },
  { landmark: 45, x: 4.445859, y: -2.663991, z: -3.173422 },
  { landmark: 48, x: -2.456206, y: 4.342621, z: -4.283884 },
  { landmark: 54, x: 2.456206, y: 4.342621, z: -4.283884 },
] as const

type Vector3 = readonly [number, number, number]

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

const centre: Vector3 = [
  mean(headModel.map((p) => p.x)),
  mean(headModel.map((p) => p.y)),
  mean(headModel.map((p) => p.z)),
]
const centred: readonly Vector3[] = headModel.map((p) => [p.x - centre[0], p.y - centre[1], p.z - centre[2]])

/** Shape [9, 3]: the pseudo-inverse (X^T X)^-1 X^T of the centred model, transposed. */
const pseudoInverse: readonly Vector3[] = solveNormalEquations(centred)

/**
 * Head pose under scaled orthographic projection, by the linear step of POS (D. DeMenthon and L. Davis, "Model-based
 * object pose in 25 lines of code", IJCV 15, 1995): the first two rows of the rotation, each times the scale, are the
 * least-squares solution that maps the model onto the image; they are then made orthogonal and of length one.
 *
 * The rotation is read as roll about the viewing axis first, then pitch, then yaw, about the camera's axes.
 */
export function estimatePose(landmarks: Landmarks68): Pose {
  const [row1, row2] = orthonormalise(fitRow(landmarks, 0), fitRow(landmarks, 1))
  const row3 = cross(row1, row2)
  return {
    yawDegrees: toDegrees(Math.atan2(-row1[2], row3[2])),
    pitchDegrees: toDegrees(Math.asin(Math.max(-1, Math.min(1, -row2[2])))),
    rollDegrees: toDegrees(Math.atan2(row2[0], row2[1])),
  }
}

const toDegrees = (radians: number): number => (radians * 180) / Math.PI

/** @param axis 0 for x, 1 for y */
function fitRow(landmarks: Landmarks68, axis: 0 | 1): Vector3 {
  const row: [number, number, number] = [0, 0, 0]
  headModel.forEach(({ landmark }, i) => {
    const value = landmarks[2 * landmark + axis]!
    // The model is centred, so the landmarks need not be: a constant offset times the pseudo-inverse sums to zero.
    for (let k = 0; k < 3; k++) row[k]! += pseudoInverse[i]![k]! * value
  })
  return row
}

/** Shares the error of the angle between both rows. */
function orthonormalise(a: Vector3, b: Vector3): [Vector3, Vector3] {
  const unitA = toUnit(a)
  const unitB = toUnit(b)
  const sum = toUnit(add(unitA, unitB, 1))
  const difference = toUnit(add(unitA, unitB, -1))
  return [toUnit(add(sum, difference, 1)), toUnit(add(sum, difference, -1))]
}

const add = (a: Vector3, b: Vector3, sign: number): Vector3 => [
  a[0] + sign * b[0],
  a[1] + sign * b[1],
  a[2] + sign * b[2],
]

function toUnit(a: Vector3): Vector3 {
  const length = Math.hypot(...a) || 1
  return [a[0] / length, a[1] / length, a[2] / length]
}

function cross(a: Vector3, b: Vector3): Vector3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

function dot(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/** The rows of X (X^T X)^-1, through the columns of the symmetric 3x3 matrix: its inverse has the cross products as rows. */
function solveNormalEquations(points: readonly Vector3[]): readonly Vector3[] {
  const column = (k: 0 | 1 | 2): Vector3 => [
    points.reduce((sum, p) => sum + p[0] * p[k], 0),
    points.reduce((sum, p) => sum + p[1] * p[k], 0),
    points.reduce((sum, p) => sum + p[2] * p[k], 0),
  ]
  const [a, b, c] = [column(0), column(1), column(2)]
  const determinant = dot(a, cross(b, c))
  const inverse = [cross(b, c), cross(c, a), cross(a, b)] as const
  return points.map((p) => [
    dot(inverse[0], p) / determinant,
    dot(inverse[1], p) / determinant,
    dot(inverse[2], p) / determinant,
  ])
}
