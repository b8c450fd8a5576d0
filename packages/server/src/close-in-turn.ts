/** One thing to close, by the name that a failure is told under. */
export type Closing = readonly [name: string, close: () => unknown]

/** One after the other, whatever becomes of the ones before: the last is reached in any case. Never rejects. */
export async function closeInTurn(
  closings: readonly Closing[],
  onFailure: (error: unknown, name: string) => void,
): Promise<void> {
  for (const [name, close] of closings) {
    try {
      await close()
    } catch (error) {
      onFailure(error, name)
    }
  }
}
