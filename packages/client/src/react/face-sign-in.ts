'use client'
import type {
  FaceIoAuthenticated,
  FaceIoAuthenticateOptions,
  FaceIoEnrolled,
  FaceIoEnrollOptions,
  FaceIoOfflineAuthenticated,
  FaceIoOfflineEnrolled,
  FioError,
  OfflineMode,
} from '@mien/client'
import { type ButtonHTMLAttributes, createElement, type MouseEvent, type ReactNode, useEffect } from 'react'
import { type Mien, type MienOptions, useMien } from './use-mien.ts'

type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children' | 'onError'>

export interface FaceSignInProps extends ButtonProps {
  readonly publicId: string
  readonly options?: MienOptions<OfflineMode | false>
  /** Default `authenticate`. */
  readonly operation?: 'authenticate' | 'enroll'
  /** For the call that a press of the button makes. */
  readonly callOptions?: FaceIoEnrollOptions & FaceIoAuthenticateOptions
  /** Send `resultCode` to the backend, which redeems it and lets the person in. */
  readonly onAuthenticate?: (result: FaceIoAuthenticated) => void
  readonly onEnroll?: (result: FaceIoEnrolled) => void
  /** Instead of both, where the server could not be reached: a claim of this device's, and nothing to redeem. */
  readonly onOfflineResult?: (result: FaceIoOfflineEnrolled | FaceIoOfflineAuthenticated) => void
  readonly onError?: (error: FioError) => void
  /** The button's label, or what to render instead of a button. */
  readonly children?: ReactNode | ((mien: Mien<OfflineMode | false>) => ReactNode)
}

const labels = { authenticate: 'Sign in with your face', enroll: 'Set up face sign-in' } as const

/** A button that opens the widget. Attributes of a button are passed on to it. */
export function FaceSignIn(props: FaceSignInProps): ReactNode {
  const { publicId, options, operation = 'authenticate', callOptions, children, ...rest } = props
  const { onAuthenticate, onEnroll, onOfflineResult, onError, onClick, ...attributes } = rest
  const mien = useMien<OfflineMode | false>(publicId, options)
  const { call } = mien

  // biome-ignore lint/correctness/useExhaustiveDependencies: a call is told of once, to whoever listens then
  useEffect(() => {
    if (call.status === 'failed') onError?.(call.error)
    else if (call.status === 'done' && call.name === 'enroll')
      call.result.offline ? onOfflineResult?.(call.result) : onEnroll?.(call.result)
    else if (call.status === 'done' && call.name === 'authenticate')
      call.result.offline ? onOfflineResult?.(call.result) : onAuthenticate?.(call.result)
  }, [call])

  if (typeof children === 'function') return children(mien)
  return createElement(
    'button',
    {
      type: 'button',
      'aria-disabled': mien.busy,
      ...attributes,
      onClick(event: MouseEvent<HTMLButtonElement>) {
        onClick?.(event)
        if (!event.defaultPrevented) void mien[operation](callOptions)
      },
    },
    children ?? labels[operation],
  )
}
