import * as z from 'zod/mini'
import { deviceKeyId, displayName, timestamp, uuid } from './fields.ts'

export const deviceStatuses = ['pending', 'active', 'revoked'] as const
export const deviceStatus = z.enum(deviceStatuses)
export type DeviceStatus = z.infer<typeof deviceStatus>

/** A device of a subject. `pending`: it waits for the backend's approval, a day at most. */
export const device = z.strictObject({
  device_id: uuid,
  key_id: deviceKeyId,
  label: z.nullable(displayName),
  status: deviceStatus,
  created_at: timestamp,
  last_used_at: z.nullable(timestamp),
})
export type Device = z.infer<typeof device>

/** `POST /v1/subjects/{facial_id}/devices/{device_id}/approve`. */
export const deviceApproval = z.strictObject({})

/** `GET /v1/subjects/{facial_id}/devices`. */
export const deviceList = z.strictObject({ devices: z.array(device) })
export type DeviceList = z.infer<typeof deviceList>
