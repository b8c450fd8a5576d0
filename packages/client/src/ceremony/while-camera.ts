/** What runs from the moment that the camera is on, to the decision: one file for the browser to fetch beside the models. */
export { captureWithCamera } from './capture-with-camera.ts'
export { decide } from './decide.ts'
export { guessPerson, isOfAge, toDetails } from './guess.ts'
