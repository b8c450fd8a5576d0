/** @returns whether it is as it has to be */
export function say(id: string, line: string, isHeld: boolean): boolean {
  console.log(`${id} ${isHeld ? 'held' : 'FAILED'}: ${line}`)
  return isHeld
}

/** What was counted by name, in one line. */
export const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')
