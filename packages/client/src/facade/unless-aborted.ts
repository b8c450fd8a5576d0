import { fioErrCode } from './fio-err-code.ts'
import { FioError } from './fio-error.ts'

/**
 * Waits for `work` until a signal fires; the work itself goes on.
 *
 * @throws FioError ABORTED_BY_USER
 */
export function unlessAborted<T>(work: Promise<T>, ...signals: readonly AbortSignal[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () =>
      reject(new FioError(fioErrCode.ABORTED_BY_USER, { message: 'The operation was cancelled', mienCode: 'ABORTED' }))
    if (signals.some(({ aborted }) => aborted)) stop()
    for (const signal of signals) signal.addEventListener('abort', stop)
    const forget = () => {
      for (const signal of signals) signal.removeEventListener('abort', stop)
    }
    work.then(resolve, reject).finally(forget)
  })
}
