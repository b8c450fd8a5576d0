import { MienError } from '@mien/shared/errors'
import { expect, it, vi } from 'vitest'
import { registerKiosk } from '../../examples/attendance-pwa/page/register-kiosk.ts'

const conflict = (cause?: MienError) => new MienError('CONFLICT', { cause })

/** A device on which something waits that can never be told, until it is forgotten. */
function stuck(error: MienError) {
  const forget = vi.fn(async () => undefined)
  const register = vi.fn(async (_code: string) => undefined).mockRejectedValueOnce(error)
  return { forget, registerKiosk: register }
}

it('[OF13] a desk on which something waits that the server takes no more is registered anew once it may be forgotten', async () => {
  const device = stuck(conflict(new MienError('SIGNATURE_INVALID')))
  await registerKiosk(device, 'code', () => true)
  expect(device.forget).toHaveBeenCalledOnce()
  expect(device.registerKiosk.mock.calls).toEqual([['code'], ['code']])
})

it('[OF13] nothing is forgotten that nobody has let go, nor while the server cannot be reached', async () => {
  const kept = stuck(conflict(new MienError('SIGNATURE_INVALID')))
  await expect(registerKiosk(kept, 'code', () => false)).rejects.toMatchObject({ code: 'CONFLICT' })
  const lost = stuck(conflict(new MienError('NETWORK_IO')))
  await expect(registerKiosk(lost, 'code', () => true)).rejects.toMatchObject({ code: 'NETWORK_IO' })
  const old = stuck(new MienError('UNAUTHORIZED'))
  await expect(registerKiosk(old, 'code', () => true)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  for (const { forget } of [kept, lost, old]) expect(forget).not.toHaveBeenCalled()
})
