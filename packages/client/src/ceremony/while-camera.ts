/** The camera, and what runs from the moment that it is on to the decision: one file for the browser to fetch beside the models. */
export { openFrameFeed } from '../camera/frame-feed.ts'
export { openCamera } from '../camera/open-camera.ts'
export { captureWithCamera } from './capture-with-camera.ts'
export { decide } from './decide.ts'
export { guessPerson, isOfAge, toDetails } from './guess.ts'
