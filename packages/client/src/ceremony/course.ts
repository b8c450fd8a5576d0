import type { SessionOperation } from '@mien/shared/api/fields'
import type { SessionResponse } from '@mien/shared/api/sessions'
import type { ApiClient } from '../http/api-client.ts'
import type { CaptureAbility } from './capture-ability.ts'
import type { CourseDevice } from './course-device.ts'
import type { MotionChoice } from './motion-choice.ts'
import type { CeremonyPorts } from './ports.ts'
import type { Stage } from './stage.ts'
import type { EnrollOptions } from './state.ts'

/** What every step of a ceremony has at hand once there is a session. */
export interface Course<Of extends SessionOperation = SessionOperation> {
  readonly ports: CeremonyPorts
  readonly stage: Stage
  readonly options: EnrollOptions
  readonly api: ApiClient
  readonly operation: Of
  readonly session: SessionResponse
  readonly motion: MotionChoice
  readonly ability: CaptureAbility
  readonly device: CourseDevice
}
