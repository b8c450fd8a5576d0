import { MienError } from '@mien/shared/errors'

const defaultPage = 50
const maxPage = 100

/** Entries of one page. @throws MienError PARAM_INVALID */
export function pageSize(limit: number = defaultPage): number {
  if (limit > maxPage) throw new MienError('PARAM_INVALID', { details: { fields: ['limit'] } })
  return limit
}

export interface Page<Entry> {
  readonly page: readonly Entry[]
  /** Id of the last entry; null after the last page. */
  readonly nextCursor: string | null
}

/** One entry more than `size` was asked for, to see whether there are more. */
export function pageOf<Entry extends { readonly id: string }>(found: readonly Entry[], size: number): Page<Entry> {
  const page = found.slice(0, size)
  return { page, nextCursor: found.length > size ? (page.at(-1)?.id ?? null) : null }
}
