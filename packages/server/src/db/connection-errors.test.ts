import { MienError } from '@mien/shared/errors'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { ofConnection } from './connection-errors.ts'
import { createPoolConnection } from './pool-connection.ts'
import { startRefusingPostgres } from './refusing-postgres.fixture.ts'
import { fromSqlError } from './sql-errors.ts'

const codeOf = (error: unknown): unknown => (fromSqlError(ofConnection(error)) as { code?: unknown }).code

const withCode = (code: string) => Object.assign(new Error('at 10.0.0.5'), { code })

test.each([
  'CERT_HAS_EXPIRED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'EPROTO',
  'EMFILE',
  'ENFILE',
  'EADDRNOTAVAIL',
  'SASL_SIGNATURE_MISMATCH',
  'ECONNREFUSED',
])('[MS3] a connection that fails with %s means that the database is away, and its address is not told', (code) => {
  const error = ofConnection(withCode(code))
  expect(error).toMatchObject({ code: 'DATABASE_UNAVAILABLE', cause: { message: code } })
  expect(error).toBeInstanceOf(MienError)
})

test.each([
  ['42P01', 'DATABASE_UNAVAILABLE'],
  ['42703', 'DATABASE_UNAVAILABLE'],
  ['23505', 'CONFLICT'],
  ['22012', 'INTERNAL'],
])('[MS3] a statement that is refused with %s is %s', (code, told) => {
  const refused = new postgres.PostgresError('refused')
  expect(codeOf(Object.assign(refused, { code, severity: 'ERROR' }))).toBe(told)
})

test('[MS3] a statement that cannot be sent is our mistake, and does not look as if the database were away', () => {
  expect(codeOf(withCode('UNDEFINED_VALUE'))).toBe('INTERNAL')
  expect(ofConnection(new TypeError('not a date'))).toBeInstanceOf(TypeError)
})

// 42501: no permission to connect; 0A000: what poolers say.
test.each(['57P03', '42501', '0A000'])('[MS3] a database that hangs up with %s is away', async (sqlState) => {
  const database = await startRefusingPostgres(sqlState)
  const limits = { connectMs: 1000, answerMs: 3000, statementMs: 1000, idleInTransactionMs: 1000 }
  const connection = createPoolConnection(database.url, limits)
  try {
    const refused = connection.run({ text: 'select 1', parameters: [], asArrays: false })
    await expect(refused).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    expect(connection.isBroken).toBe(true)
  } finally {
    connection.destroy()
    await database.close()
  }
})
