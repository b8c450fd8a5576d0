import { expectTypeOf, it } from 'vitest'
import type { FaceIoAuthenticated } from '../facade/face-io-types.ts'
import type { MienFaceElement } from './mien-face-types.ts'

it('[OF9] a <mien-face> that a page finds may have the attribute `offline`: a result code is there only once that was looked at', () => {
  type Found = HTMLElementTagNameMap['mien-face']
  type Result = Awaited<ReturnType<Found['authenticate']>>
  expectTypeOf<Result>().not.toHaveProperty('resultCode')
  expectTypeOf<Extract<Result, { offline?: never }>['resultCode']>().toBeString()
  expectTypeOf<MienFaceElement['authenticate']>().returns.resolves.toEqualTypeOf<FaceIoAuthenticated>()
})
