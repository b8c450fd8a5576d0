import { cameraStyles } from './camera-styles.ts'
import { cameraView } from './camera-view.ts'
import { consentView } from './consent-view.ts'
import { introStyles } from './intro-styles.ts'
import { introView } from './intro-view.ts'
import { lightStyles } from './light-styles.ts'
import { pictureNoticeView } from './picture-notice-view.ts'
import { pinStyles } from './pin-styles.ts'
import { newPinView, pinView } from './pin-view.ts'

/** Views that nobody sees before the server has answered: a file of their own, so that the models start to load sooner. */
export const lateViews = {
  consent: consentView,
  'picture-notice': pictureNoticeView,
  intro: introView,
  'new-pin': newPinView,
  positioning: cameraView,
  active: cameraView,
  verifying: cameraView,
  capturing: cameraView,
  pin: pinView,
}

export const lateStyles = introStyles + cameraStyles + lightStyles + pinStyles
