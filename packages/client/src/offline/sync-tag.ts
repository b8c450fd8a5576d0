import type { OfflineMode, OfflinePlace } from './offline-place.ts'

const prefix = 'mien-sync '

const modes: readonly string[] = ['own-device', 'kiosk'] satisfies readonly OfflineMode[]

/** Names what a service worker is to sync, so that it need not be told. */
export const tagOfPlace = ({ mode, endpoint, publicId }: OfflinePlace): string =>
  prefix + JSON.stringify([mode, endpoint, publicId])

/** Undefined: the tag is not ours. */
export function placeOfTag(tag: string): OfflinePlace | undefined {
  if (!tag.startsWith(prefix)) return undefined
  const [mode, endpoint, publicId] = readList(tag.slice(prefix.length))
  if (!isMode(mode) || typeof endpoint !== 'string' || typeof publicId !== 'string') return undefined
  return URL.canParse(endpoint) ? { mode, endpoint, publicId } : undefined
}

const isMode = (value: unknown): value is OfflineMode => typeof value === 'string' && modes.includes(value)

function readList(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
