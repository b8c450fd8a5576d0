import type { OfflinePolicy } from '@mien/shared/api/sync'
import type { TemplateModel } from '../model.ts'
import type { DeviceCaller } from './device-requests.ts'
import { takesDrafts } from './enroll-draft.ts'

/** What a device decides by: as a session is told, with the numbers that the server keeps to itself there. */
export function offlinePolicyOf(
  { application: { settings }, ...caller }: DeviceCaller,
  model: TemplateModel,
): OfflinePolicy {
  const drafts = caller.device.kind === 'kiosk' && takesDrafts({ settings })
  return {
    points: [...model.points],
    pad_threshold: settings.pad_threshold,
    active_steps: settings.active_steps,
    active_actions: [...settings.active_actions],
    drafts,
    consent_required: settings.consent_required,
    policy_version: settings.policy_version,
    consent_texts: drafts ? [...settings.consent_texts] : [],
  }
}
