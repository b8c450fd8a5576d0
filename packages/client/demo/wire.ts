export type { JsonValue } from '@mien/shared/api/fields'
export type { AssertionClaims } from '@mien/shared/api/results'
