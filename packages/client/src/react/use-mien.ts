'use client'
import {
  type FaceIoAge,
  type FaceIoAuthenticated,
  type FaceIoAuthenticateOptions,
  type FaceIoCallOptions,
  type FaceIoEnrolled,
  type FaceIoEnrollOptions,
  type FaceIoLiveness,
  type FaceIoLookOptions,
  type FaceIoOptions,
  type FioError,
  faceIO,
} from '@mien/client'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { abortWith, type CallAbort } from '../facade/abort-with.ts'
import type { MienCall, MienCallName, MienResults } from './mien-call.ts'

export type MienOptions = Omit<FaceIoOptions, 'legacyErrors'>

/** The functions stay the same while `publicId` and `options` say the same. */
export interface Mien {
  readonly call: MienCall
  readonly busy: boolean
  /** Never rejects. Undefined: it failed (`call` says how), was aborted, or another call is running, which goes on. */
  enroll(options?: FaceIoEnrollOptions): Promise<FaceIoEnrolled | undefined>
  authenticate(options?: FaceIoAuthenticateOptions): Promise<FaceIoAuthenticated | undefined>
  liveness(options?: FaceIoLookOptions): Promise<FaceIoLiveness | undefined>
  ageVerify(options?: FaceIoLookOptions): Promise<FaceIoAge | undefined>
  /** Closes the widget. */
  abort(): void
}

const idle: MienCall = { status: 'idle' }

/**
 * Face sign-in as a hook. What runs is aborted when the component goes or when it is given another application; a component
 * that is mounted twice (StrictMode) finds the page free again.
 *
 * @param options plain values, which may be written out anew at every render
 */
export function useMien(publicId: string, options: MienOptions = {}): Mien {
  const key = JSON.stringify([publicId, options])
  const [call, setCall] = useState(idle)
  const running = useRef<CallAbort | undefined>(undefined)

  const abort = useCallback(() => {
    running.current?.abort()
    running.current = undefined
    setCall((current) => (current.status === 'busy' ? idle : current))
  }, [])

  const widget = useMemo(() => new faceIO(...(JSON.parse(key) as [string, MienOptions])), [key])

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
      begin: (options: Options) => Promise<MienResults[Name]>,
    ): Promise<MienResults[Name] | undefined> {
      if (running.current) return undefined
      const own = abortWith(options.signal)
      running.current = own
      /** A call that was aborted has nothing to say any more. */
      const show = (next: MienCall) => running.current === own && setCall(next)
      const onState: FaceIoCallOptions['onState'] = (state) => {
        show({ status: 'busy', name, state })
        options.onState?.(state)
      }
      show({ status: 'busy', name, state: null })
      try {
        const result = await begin({ ...options, signal: own.signal, onState })
        show({ status: 'done', name, result } as MienCall)
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
    }
  }, [widget])

  return useMemo(() => ({ ...calls, call, busy: call.status === 'busy', abort }), [calls, call, abort])
}
