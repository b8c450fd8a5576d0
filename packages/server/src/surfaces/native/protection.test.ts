import { expect, test } from 'vitest'
import { openTestApp } from '../../../../../test/contract/test-app.ts'

test('[KE7] a protection that this server does not give is refused, and nothing changes', {
  timeout: 120_000,
}, async () => {
  const rig = await openTestApp()
  try {
    const shop = await rig.createApplication()
    const { application_id: id } = shop.credentials
    const admin = { authorization: `Bearer ${rig.adminToken}` }
    const body = { protection: 'sealed', max_tries: 3 }
    const answer = await rig.send('PATCH', `/v1/admin/applications/${id}/settings`, { ...admin, body })
    expect([answer.status, answer.json.error.code]).toEqual([422, 'request_invalid'])
    const settings = (await rig.database.stores.applications.find(id))?.settings
    expect(settings).toMatchObject({ protection: 'rotated', max_tries: 5 })
  } finally {
    await rig.close()
  }
})
