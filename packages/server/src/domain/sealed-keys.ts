import type { KeyUse } from './application-keys.ts'

/** What a key of an application is sealed for, under the master key. */
export const applicationKeyLabel = (applicationId: string, version: number, use: KeyUse): string =>
  `application-key|${applicationId}|${version}|${use}`
