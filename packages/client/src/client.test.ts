import { describe, expect, it } from 'vitest'
import { MienClient } from './client.ts'

describe('a client', () => {
  it('can be made on a server, where its ceremonies fail with BROWSER_UNSUPPORTED', async () => {
    const client = new MienClient('public')
    const starts = [() => client.authenticate(), () => client.checkLiveness(), () => client.verifyAge()]
    for (const start of starts) {
      await expect(start().result).rejects.toMatchObject({ code: 'BROWSER_UNSUPPORTED' })
    }
    await expect(client.warmUp()).rejects.toMatchObject({ code: 'BROWSER_UNSUPPORTED' })
  })

  it('runs one ceremony at a time, and the next as soon as one is over', async () => {
    const client = new MienClient('public')
    const first = client.enroll()
    await expect(client.enroll().result).rejects.toMatchObject({ code: 'SESSION_IN_PROGRESS' })
    first.cancel()
    await expect(client.authenticate().result).rejects.toMatchObject({ code: 'BROWSER_UNSUPPORTED' })
  })

  it('runs beside another client', async () => {
    const [one, other] = [new MienClient('public'), new MienClient('other')]
    const running = one.enroll()
    await expect(other.checkLiveness().result).rejects.toMatchObject({ code: 'BROWSER_UNSUPPORTED' })
    running.cancel()
    expect(one.vision).not.toBe(other.vision)
  })

  it('cancels what runs when it is disposed of', () => {
    const client = new MienClient('public')
    const ceremony = client.authenticate()
    client.dispose()
    expect(ceremony.state).toMatchObject({ name: 'failed', failure: { code: 'ABORTED' } })
  })
})
