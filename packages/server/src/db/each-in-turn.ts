/** Whatever becomes of the ones before. @throws what failed first */
export async function eachInTurn(steps: readonly (() => PromiseLike<unknown>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps) await Promise.resolve(step()).catch((error) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}
