import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { call, enrol, namesOf, remove, rig, shop, useUfmeRig } from '../../../../../test/contract/ufme-rig.ts'

useUfmeRig()

test('[KE7] the dialect enrols, verifies, searches and deletes as ever where templates are sealed', async () => {
  const { application_id: id } = shop.credentials
  const authorization = `Bearer ${rig.adminToken}`
  const path = `/v1/admin/applications/${id}/settings`
  await enrol('before', 1)
  expect((await rig.send('PATCH', path, { authorization, body: { protection: 'sealed' } })).status).toBe(200)
  await enrol('after', 2)
  while (!(await rig.services.keyRenewal.state(id)).isDone) await sleep(20)
  for (const [name, person] of [
    ['before', 1],
    ['after', 2],
  ] as const) {
    expect((await call('verify', { person }, { subject_id: name })).xml.match).toBe('true')
    expect((await call('verify', { person: 3 }, { subject_id: name })).xml.match).toBe('false')
    expect(namesOf(await call('search', { person }, { threshold: 0.4 }))).toEqual([name])
    expect((await remove({ subject_id: name })).status).toBe(200)
    expect(namesOf(await call('search', { person }, { threshold: 0.4 }))).toEqual([])
  }
})
