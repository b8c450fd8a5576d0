'use client'
import {
  type FaceIoAge,
  type FaceIoAuthenticateOptions,
  type FaceIoAuthenticateResult,
  type FaceIoCallOptions,
  type FaceIoEnrollOptions,
  type FaceIoEnrollResult,
  type FaceIoLiveness,
  type FaceIoLookOptions,
  type FaceIoOptions,
  type FioError,
  faceIO,
  type OfflineDevice,
  type OfflineMode,
  type OfflineNews,
} from '@mien/client'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { abortWith, type CallAbort } from '../facade/abort-with.ts'
import type { MienCall, MienCallName, MienResults } from './mien-call.ts'

export type MienOptions<Offline extends OfflineMode | false = false> = Omit<FaceIoOptions<Offline>, 'legacyErrors'>

/** The functions stay the same while `publicId` and `options` say the same. */
export interface Mien<Offline extends OfflineMode | false = false> {
  readonly call: MienCall<Offline>
  readonly busy: boolean
  /** Never rejects. Undefined: it failed (`call` says how), was aborted, or another call is running, which goes on. */
  enroll(options?: FaceIoEnrollOptions): Promise<FaceIoEnrollResult<Offline> | undefined>
  authenticate(options?: FaceIoAuthenticateOptions): Promise<FaceIoAuthenticateResult<Offline> | undefined>
  liveness(options?: FaceIoLookOptions): Promise<FaceIoLiveness | undefined>
  ageVerify(options?: FaceIoLookOptions): Promise<FaceIoAge | undefined>
  /** With the option `offline`; see `faceIO`. To be called in an effect: `onOffline` hears of it from then on. */
  openOffline(): Promise<OfflineDevice>
  /** Closes the widget. */
  abort(): void
}

const idle = { status: 'idle' } as const

/**
 * Face sign-in as a hook. What runs is aborted when the component goes or when it is given another application; a component
 * that is mounted twice (StrictMode) finds the page free again.
 *
 * @param options plain values, which may be written out anew at every render; so may `onOffline`, the last of which is called
 */
export function useMien<Offline extends OfflineMode | false = false>(
  publicId: string,
  options: MienOptions<Offline> = {},
): Mien<Offline> {
  const key = JSON.stringify([publicId, options])
  const [call, setCall] = useState<MienCall<Offline>>(idle)
  const listener = useRef(options.onOffline)
  const running = useRef<CallAbort | undefined>(undefined)

  const abort = useCallback(() => {
    running.current?.abort()
    running.current = undefined
    setCall((current) => (current.status === 'busy' ? idle : current))
  }, [])

  useEffect(() => {
    listener.current = options.onOffline
  })

  const widget = useMemo(() => {
    const [id, given] = JSON.parse(key) as [string, MienOptions<Offline>]
    return new faceIO<Offline>(id, { ...given, onOffline: (news: OfflineNews) => listener.current?.(news) })
  }, [key])

  useEffect(() => {
    return () => {
      abort()
      // The worker and its networks would outlive the component.
      widget.dispose()
    }
  }, [widget, abort])

  const calls = useMemo(() => {
    async function run<Name extends MienCallName, Options extends FaceIoCallOptions>(
      name: Name,
      options: Options,
      begin: (options: Options) => Promise<MienResults<Offline>[Name]>,
    ): Promise<MienResults<Offline>[Name] | undefined> {
      if (running.current) return undefined
      const own = abortWith(options.signal)
      running.current = own
      /** A call that was aborted has nothing to say any more. */
      const show = (next: MienCall<Offline>) => running.current === own && setCall(next)
      const onState: FaceIoCallOptions['onState'] = (state) => {
        show({ status: 'busy', name, state })
        options.onState?.(state)
      }
      show({ status: 'busy', name, state: null })
      try {
        const result = await begin({ ...options, signal: own.signal, onState })
        show({ status: 'done', name, result } as MienCall<Offline>)
        return result
      } catch (error) {
        show({ status: 'failed', name, error: error as FioError })
        return undefined
      } finally {
        if (running.current === own) running.current = undefined
        own.forget()
      }
    }

    return {
      enroll: (options: FaceIoEnrollOptions = {}) => run('enroll', options, (told) => widget.enroll(told)),
      authenticate: (options: FaceIoAuthenticateOptions = {}) =>
        run('authenticate', options, (told) => widget.authenticate(told)),
      liveness: (options: FaceIoLookOptions = {}) => run('liveness', options, (told) => widget.liveness(told)),
      ageVerify: (options: FaceIoLookOptions = {}) => run('ageVerify', options, (told) => widget.ageVerify(told)),
      openOffline: () => widget.openOffline(),
    }
  }, [widget])

  return useMemo(() => ({ ...calls, call, busy: call.status === 'busy', abort }), [calls, call, abort])
}
