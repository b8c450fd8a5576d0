import { type ErrorCode, MienError } from '@mien/shared/errors'
import { expect, test } from 'vitest'
import { logFailure } from './log-failure.ts'

const where = { requestId: 'r', method: 'POST', route: '/v1/submissions' }

function written(error: MienError): object[] {
  const lines: object[] = []
  logFailure({ error: (fields) => lines.push(fields) })({ ...where, error })
  return lines
}

test.each<ErrorCode>(['OVERLOADED', 'DATABASE_UNAVAILABLE'])('%s is written without a stack', (code) => {
  expect(written(new MienError(code))).toEqual([{ ...where, code }])
  expect(written(new MienError(code, { cause: new Error('08006') }))).toEqual([{ ...where, code, reason: '08006' }])
})

test('what was not expected is written with its cause', () => {
  const cause = new Error('broken')
  expect(written(new MienError('INTERNAL', { cause }))).toEqual([{ ...where, code: 'INTERNAL', err: cause }])
  const error = new MienError('WORKER_CRASHED')
  expect(written(error)).toEqual([{ ...where, code: 'WORKER_CRASHED', err: error }])
})
