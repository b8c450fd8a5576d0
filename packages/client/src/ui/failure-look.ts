import type { FailureKind } from './failure-kind.ts'
import type { IconName } from './icons.ts'
import type { Tone } from './view.ts'

/** Red is for what is broken or refused; what the person chose, or puts right with one move, is said calmly. */
export const failureLook: Readonly<Record<FailureKind, readonly [IconName, Tone?]>> = {
  'no-face': ['face'],
  'many-faces': ['people'],
  'poor-view': ['light'],
  spoof: ['eye', 'bad'],
  'camera-denied': ['camera-off', 'bad'],
  'camera-missing': ['camera-off', 'bad'],
  'camera-busy': ['camera'],
  'camera-lost': ['camera-off', 'bad'],
  'insecure-page': ['keep', 'bad'],
  'browser-unsupported': ['window', 'bad'],
  'consent-declined': ['check'],
  'server-slow': ['clock'],
  cancelled: ['close'],
  'in-progress': ['window'],
  network: ['offline', 'bad'],
  'site-fault': ['alert', 'bad'],
  origin: ['alert', 'bad'],
  'too-many': ['clock'],
  expired: ['clock'],
  'server-fault': ['alert', 'bad'],
  busy: ['clock'],
  crashed: ['alert', 'bad'],
  'storage-full': ['device', 'bad'],
  'not-recognised': ['unknown', 'bad'],
  'unknown-device': ['device', 'bad'],
  duplicate: ['person'],
  mismatch: ['people', 'bad'],
  'pin-wrong': ['pin', 'bad'],
  'pin-not-unique': ['pin'],
  country: ['globe'],
  minor: ['person'],
  quota: ['people'],
}
