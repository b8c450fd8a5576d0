/** Of several ends the one that comes first. */
export const earliest = (...ends: readonly Date[]): Date => new Date(Math.min(...ends.map(Number)))
