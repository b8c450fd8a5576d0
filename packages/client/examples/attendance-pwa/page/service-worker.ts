import { keepOffline } from '@mien/client/service-worker'
import { settle } from './check-ins.ts'

/** Address and integrity of each file of this site, put here by the build. */
declare const ATTENDANCE_FILES: Readonly<Record<string, string>>

keepOffline({ widget: '/mien/', files: ATTENDANCE_FILES, onNews: settle })
