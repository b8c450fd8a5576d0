import { MienError } from '@mien/shared/errors'

/** One thing to close, by the name that a failure is told under. */
export type Closing = readonly [name: string, close: () => unknown]

/**
 * One after the other, whatever becomes of the ones before: the last is reached in any case.
 *
 * @throws MienError INTERNAL after the last, when any failed
 */
export async function closeInTurn(
  closings: readonly Closing[],
  onFailure: (error: unknown, name: string) => void,
): Promise<void> {
  const failed: string[] = []
  for (const [name, close] of closings) {
    try {
      await close()
    } catch (error) {
      failed.push(name)
      onFailure(error, name)
    }
  }
  if (failed.length > 0) throw new MienError('INTERNAL', { message: `Did not close: ${failed.join(', ')}` })
}
