/**
 * What Comlink does not carry by itself: typed errors, cancellation, and listeners that are called many times.
 *
 * A signal or a listener travels as a message port. The sender keeps the other end and closes it when the call has
 * settled (`endCarrying`), so that thirty calls a second leave nothing behind.
 */
import { type ErrorCode, type ErrorDetails, isErrorCode, MienError, toMienError } from '@mien/shared/errors'
import * as Comlink from 'comlink'

type Listener = (event: unknown) => void

const ends = new WeakMap<object, () => void>()

/** Closes what an argument travelled through. Does nothing for arguments that were not sent. */
export function endCarrying(argument: object): void {
  ends.get(argument)?.()
  ends.delete(argument)
}

interface WireError {
  readonly code: ErrorCode
  readonly message: string
  readonly details: ErrorDetails | undefined
}

const toWireError = (thrown: unknown): WireError => {
  const { code, message, details } = toMienError(thrown)
  // The message of an INTERNAL error is our own constant; its cause stays in the worker's console.
  return { code, message, details }
}

function fromWireError({ code, message, details }: WireError): MienError {
  return new MienError(isErrorCode(code) ? code : 'INTERNAL', {
    message,
    ...(details === undefined ? {} : { details }),
  })
}

/** Replaces Comlink's own handler of thrown values, which keeps a message and loses everything else. */
const thrownValues: Comlink.TransferHandler<{ readonly value: unknown }, WireError> = {
  // Comlink's own test for its wrapper around thrown values.
  canHandle: Comlink.transferHandlers.get('throw')!.canHandle as (value: unknown) => value is { value: unknown },
  serialize: ({ value }) => [toWireError(value), []],
  deserialize(wire) {
    throw fromWireError(wire)
  },
}

const abortSignals: Comlink.TransferHandler<AbortSignal, { readonly aborted: boolean; readonly port: MessagePort }> = {
  canHandle: (value): value is AbortSignal => value instanceof AbortSignal,
  serialize(signal) {
    const { port1, port2 } = new MessageChannel()
    const tell = () => port1.postMessage('abort')
    signal.addEventListener('abort', tell, { once: true })
    ends.set(signal, () => {
      signal.removeEventListener('abort', tell)
      port1.close()
    })
    return [{ aborted: signal.aborted, port: port2 }, [port2]]
  },
  deserialize({ aborted, port }) {
    const controller = new AbortController()
    const abort = () => controller.abort(new MienError('ABORTED'))
    port.onmessage = abort
    if (aborted) abort()
    return controller.signal
  },
}

const listeners: Comlink.TransferHandler<Listener, MessagePort> = {
  canHandle: (value): value is Listener => typeof value === 'function' && !(Comlink.proxyMarker in value),
  serialize(listener) {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }) => listener(data)
    ends.set(listener, () => port1.close())
    return [port2, [port2]]
  },
  deserialize: (port) => (event) => port.postMessage(event),
}

/** Both ends call it before the first message; calling it again changes nothing. */
export function installTransferHandlers(): void {
  Comlink.transferHandlers.set('throw', thrownValues as Comlink.TransferHandler<unknown, unknown>)
  Comlink.transferHandlers.set('abort-signal', abortSignals as Comlink.TransferHandler<unknown, unknown>)
  Comlink.transferHandlers.set('listener', listeners as Comlink.TransferHandler<unknown, unknown>)
}
