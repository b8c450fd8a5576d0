import { describe, expect, it, vi } from 'vitest'
import type { OfflineDevice } from '../offline/offline-device.ts'
import type { OfflineMode } from '../offline/open-offline.ts'
import { deferredFaceIo } from './deferred-face-io.ts'
import { faceIO } from './face-io.ts'
import type { FaceIoOptions } from './face-io-types.ts'
import { fioErrCode } from './fio-err-code.ts'

const endpoint = 'https://face.example'
const enrolled = { facialId: 'f' }
const device = {} as OfflineDevice

/** A widget that remembers how it was made. */
function fakeWidget() {
  const made: unknown[] = []
  class FakeFaceIo<Offline extends OfflineMode | false = false> extends faceIO<Offline> {
    constructor(...args: [publicId: string, options?: FaceIoOptions<Offline>]) {
      super(...args)
      made.push(args)
    }
    override enroll = async () => enrolled as never
    override restartSession = () => false
    override openOffline = async () => device
    override dispose = () => void made.push('disposed')
  }
  return { made, FakeFaceIo }
}

describe('the faceIO of the script tag', () => {
  it('lets calls wait that come before the widget has arrived', async () => {
    const { FakeFaceIo } = fakeWidget()
    let arrive: (widget: { faceIO: typeof faceIO }) => void = () => undefined
    const Deferred = deferredFaceIo(() => new Promise((resolve) => (arrive = resolve)), { endpoint })
    const widget = new Deferred('mp_test')
    const calls = [widget.enroll(), widget.register()]
    arrive({ faceIO: FakeFaceIo })
    expect(await Promise.all(calls)).toEqual([enrolled, enrolled])
    await widget.ready
    expect(widget.restartSession()).toBe(false)
  })

  it('ends calls that wait for the widget: restartSession and signals do not wait for it', async () => {
    const Deferred = deferredFaceIo(() => new Promise(() => undefined), { endpoint })
    const widget = new Deferred('mp_test')
    const aborted = { code: fioErrCode.ABORTED_BY_USER }
    const first = widget.enroll()
    expect(widget.restartSession({})).toBe(true)
    await expect(first).rejects.toMatchObject(aborted)
    const page = new AbortController()
    const second = widget.authenticate({ signal: page.signal })
    page.abort()
    await expect(second).rejects.toMatchObject(aborted)
    await expect(widget.enroll({ signal: page.signal })).rejects.toMatchObject(aborted)
  })

  it('asks the server that it came from, unless the page names another', async () => {
    const { FakeFaceIo, made } = fakeWidget()
    const Deferred = deferredFaceIo(async () => ({ faceIO: FakeFaceIo }), { endpoint })
    await new Deferred('mp_1').ready
    await new Deferred('mp_2', { endpoint: 'https://other.example' }).ready
    expect(made).toEqual([
      ['mp_1', { endpoint }],
      ['mp_2', { endpoint: 'https://other.example' }],
    ])
  })

  it('loads the widget once for all instances, and makes one widget an instance', async () => {
    const { FakeFaceIo, made } = fakeWidget()
    const load = vi.fn(async () => ({ faceIO: FakeFaceIo }))
    const Deferred = deferredFaceIo(load, { endpoint })
    const first = new Deferred('mp_1')
    await Promise.all([first.enroll(), first.enroll(), new Deferred('mp_2').enroll()])
    expect(load).toHaveBeenCalledTimes(1)
    expect(made).toHaveLength(2)
  })

  it('rejects with UI_NOT_READY when the widget does not load, and tries again at the next call', async () => {
    const { FakeFaceIo } = fakeWidget()
    const load = vi.fn<() => Promise<{ faceIO: typeof faceIO }>>().mockRejectedValueOnce(new TypeError('blocked'))
    load.mockResolvedValue({ faceIO: FakeFaceIo })
    const Deferred = deferredFaceIo(load, { endpoint })
    const widget = new Deferred('mp_test')
    await expect(widget.ready).rejects.toMatchObject({ code: fioErrCode.UI_NOT_READY })
    expect(await widget.enroll()).toBe(enrolled)
  })

  it('rejects with the bare number for who asks for legacyErrors', async () => {
    const Deferred = deferredFaceIo(() => Promise.reject(new TypeError('blocked')), { endpoint })
    await expect(new Deferred('mp_test', { legacyErrors: true }).authenticate()).rejects.toBe(fioErrCode.UI_NOT_READY)
  })

  it('disposes of what it has, and of what still waits', async () => {
    const { FakeFaceIo, made } = fakeWidget()
    const Deferred = deferredFaceIo(async () => ({ faceIO: FakeFaceIo }), {})
    const widget = new Deferred('mp_test')
    const waiting = widget.enroll()
    widget.dispose()
    await expect(waiting).rejects.toMatchObject({ code: fioErrCode.ABORTED_BY_USER })
    await widget.ready
    widget.dispose()
    expect(made).toEqual([['mp_test', {}], 'disposed'])
  })

  it('reaches the device that works without the server once the widget is there', async () => {
    const { FakeFaceIo, made } = fakeWidget()
    const Deferred = deferredFaceIo(async () => ({ faceIO: FakeFaceIo }), { endpoint })
    expect(await new Deferred('mp_test', { offline: 'kiosk' }).openOffline()).toBe(device)
    expect(made).toEqual([['mp_test', { endpoint, offline: 'kiosk' }]])
  })

  it('opens no device after it was disposed of, which nobody would close any more', async () => {
    const { FakeFaceIo, made } = fakeWidget()
    const opened = vi.fn(async () => device)
    class Opening<Offline extends OfflineMode | false = false> extends FakeFaceIo<Offline> {
      override openOffline = opened
    }
    const Deferred = deferredFaceIo(async () => ({ faceIO: Opening }), {})
    const widget = new Deferred('mp_test', { offline: 'kiosk' })
    const waiting = widget.openOffline()
    widget.dispose()
    await expect(waiting).rejects.toMatchObject({ code: fioErrCode.ABORTED_BY_USER })
    await widget.ready
    expect(made).toHaveLength(1)
    expect(opened).not.toHaveBeenCalled()
    expect(await widget.openOffline()).toBe(device)
  })

  it('names all error codes at once', () => {
    const Deferred = deferredFaceIo(() => new Promise(() => undefined), { endpoint })
    expect(new Deferred('mp_test').fetchAllErrorCodes()).toBe(fioErrCode)
  })
})
