import { decodeBase64Url, encodeBase64Url } from '@mien/shared/bytes'
import { expect, it } from 'vitest'
import { createRecordCipher } from './record-cipher.ts'
import { drawSalt, makeLock, openLock } from './record-lock.ts'

const newSecret = () => ({ credentialId: 'AAAA', secret: crypto.getRandomValues(new Uint8Array(32)) })
const store = 'store'

const newLock = async (secret = newSecret()) => ({ secret, ...(await makeLock(secret, drawSalt(), store)) })

it('[OF14] a lock opens with the secret that it was made with, to the key that sealed', async () => {
  const { secret, lock, key } = await newLock()
  const sealed = await createRecordCipher(key, store).seal('a', 'face')
  const opened = await openLock(lock, secret, store)
  expect(await createRecordCipher(opened, store).open('a', sealed)).toBe('face')
})

it('[OF14] no script takes its key out, neither when it is made nor when it is opened', async () => {
  const { secret, lock, key } = await newLock()
  for (const each of [key, await openLock(lock, secret, store)]) {
    expect(each.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('raw', each)).rejects.toThrow(/extractable/)
  }
})

it('[OF14] opens neither with another secret, nor with another salt, nor for another store', async () => {
  const { secret, lock } = await newLock()
  const otherSalt = { ...lock, salt: encodeBase64Url(drawSalt()) }
  const bytes = decodeBase64Url(lock.wrapped_key)
  bytes[20]! ^= 1
  const changed = { ...lock, wrapped_key: encodeBase64Url(bytes) }
  for (const opening of [
    openLock(lock, newSecret(), store),
    openLock(otherSalt, secret, store),
    openLock(changed, secret, store),
    openLock(lock, secret, 'another store'),
  ])
    await expect(opening).rejects.toMatchObject({ code: 'FORBIDDEN' })
})

it('[OF14] two locks of one passkey have nothing in common', async () => {
  const secret = newSecret()
  const [one, two] = [await newLock(secret), await newLock(secret)]
  expect(one.lock.salt).not.toBe(two.lock.salt)
  const sealed = await createRecordCipher(one.key, store).seal('a', 1)
  expect(await createRecordCipher(two.key, store).open('a', sealed)).toBeUndefined()
})
