import type { Drill } from './define-drill.ts'
import { dumpDrill } from './dump-drill.ts'
import { galleriesDrill } from './galleries-drill.ts'
import { killsDrill } from './kills-drill.ts'
import { migrateDrill } from './migrate-drill.ts'
import { moveDrill } from './move-drill.ts'
import { offlineDrill } from './offline-drill.ts'
import { racesDrill } from './races-drill.ts'
import { rollingDrill } from './rolling-drill.ts'
import { sealedDrill } from './sealed-drill.ts'
import { soakDrill } from './soak-drill.ts'
import { socketsDrill } from './sockets-drill.ts'
import { tenantsDrill } from './tenants-drill.ts'
import { timingDrill } from './timing-drill.ts'
import { twoServersDrill } from './two-servers-drill.ts'

/** All that `npm run drill` knows. */
export const drills: readonly Drill[] = [
  racesDrill,
  killsDrill,
  timingDrill,
  galleriesDrill,
  sealedDrill,
  tenantsDrill,
  dumpDrill,
  offlineDrill,
  rollingDrill,
  twoServersDrill,
  moveDrill,
  migrateDrill,
  socketsDrill,
  soakDrill,
]

/** What runs when none is named. */
export const usualDrills = ['races'] as const
