import { randomInt } from 'node:crypto'

/**
 * Headers of somebody else each time, for servers that trust one proxy: whoever is guessed at is counted for the network that asks, and all
 * sign-ins of one network wait for that count.
 */
export function fromAnywhere(): () => Readonly<Record<string, string>> {
  let count = randomInt(2 ** 24)
  return () => {
    count = (count + 1) % 2 ** 24
    return { 'x-forwarded-for': `${[count >> 16, (count >> 8) & 255, count & 255].join('.')}.1` }
  }
}
