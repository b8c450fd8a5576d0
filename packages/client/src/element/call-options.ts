import type { FaceIoEnrollOptions } from '../facade/face-io-types.ts'
import { fioErrCode } from '../facade/fio-err-code.ts'
import { FioError } from '../facade/fio-error.ts'
import { attributeName, kinds } from './reflect.ts'

const timeouts = ['permissionTimeout', 'termsTimeout', 'idleTimeout', 'replyTimeout', 'enrollIntroTimeout'] as const

/**
 * What the element's attributes say of a call.
 *
 * @throws FioError PROCESSING_ERR when `payload` is not JSON
 */
export function callOptionsOf(element: Element): FaceIoEnrollOptions {
  const locale = element.getAttribute('locale')
  const payload = element.getAttribute('payload')
  const session = element.getAttribute('session')
  const times = timeouts.flatMap((name) => {
    const value = kinds.number.read(element, attributeName(name))
    return value === null ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(times),
    ...(locale === null ? {} : { locale }),
    ...(session === null ? {} : { session }),
    ...(payload === null ? {} : { payload: parsePayload(payload) }),
    ...(element.hasAttribute('user-consent') ? { userConsent: true } : {}),
    showAbortBtn: element.hasAttribute('show-abort'),
  }
}

function parsePayload(text: string): NonNullable<FaceIoEnrollOptions['payload']> {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new FioError(fioErrCode.PROCESSING_ERR, {
      message: 'The payload attribute is not JSON',
      mienCode: 'REQUEST_INVALID',
      cause,
    })
  }
}
