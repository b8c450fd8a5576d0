import 'fake-indexeddb/auto'
import { expect, it } from 'vitest'
import { addCheckIn, checkInsOf, settle } from '../../examples/attendance-pwa/page/check-ins.ts'

it('[SY13] what somebody has to look at was told, and is not listed as if it waited to be', async () => {
  const id = crypto.randomUUID()
  const at = new Date()
  const timestamp = at.toISOString()
  await addCheckIn({ id, operation: 'authenticate', at: timestamp, facialId: crypto.randomUUID(), offline: true })
  expect(await checkInsOf(at)).toMatchObject([{ id, fate: 'waiting' }])
  const answer = { status: 'quarantined', reason: 'device_revoked' } as const
  await settle({ name: 'refused', events: [{ eventId: id, operation: 'recognised', timestamp, answer }] })
  expect(await checkInsOf(at)).toMatchObject([{ id, fate: 'reviewed', why: 'Somebody has to look at it first' }])
})
