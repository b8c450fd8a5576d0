import type { OpenedKey } from './application-keys.ts'

/** What a key of an application is sealed for, under the master key. One whose templates are sealed cannot be taken for another. */
export const applicationKeyLabel = (
  applicationId: string,
  { version, use, protection }: Pick<OpenedKey, 'version' | 'use' | 'protection'>,
): string => {
  const label = `application-key|${applicationId}|${version}|${use}`
  return protection === 'sealed' ? `${label}|sealed` : label
}
