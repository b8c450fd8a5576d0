import { parseArgs } from 'node:util'
import type { Drill, DrillOptions } from './define-drill.ts'
import { drills, usualDrills } from './drills.ts'

export interface ChosenDrill {
  readonly drill: Drill
  readonly options: DrillOptions
}

/**
 * Which drills a command line asks for, each with its own options: `--minutes` goes to every drill that has it.
 *
 * @throws Error for a drill or option that there is none of, an option of no chosen drill, and what is no number where one has to be
 */
export function readDrills(args: readonly string[]): readonly ChosenDrill[] {
  const names = new Set(drills.flatMap(({ options }) => Object.keys(options)))
  const options = Object.fromEntries([...names].map((name) => [name, { type: 'string' as const }]))
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options })
  const chosen = (positionals.length === 0 ? usualDrills : positionals).map(drillNamed)
  const foreign = Object.keys(values).find((name) => !chosen.some((drill) => name in drill.options))
  if (foreign !== undefined) throw new Error(`None of the chosen drills has an option --${foreign}`)
  return chosen.map((drill) => ({ drill, options: readOptions(drill, values) }))
}

function drillNamed(name: string): Drill {
  const drill = drills.find((known) => known.name === name)
  if (drill !== undefined) return drill
  const known = drills.map(({ name, summary, options }) => `  ${name}: ${summary}${namesOf(options)}`)
  throw new Error(`There is no drill ${name}; there are\n${known.join('\n')}`)
}

const namesOf = (options: DrillOptions): string =>
  Object.entries(options)
    .map(([name, value]) => ` --${name} ${value}`)
    .join('')

const readOptions = (drill: Drill, values: Readonly<Record<string, unknown>>): DrillOptions =>
  Object.fromEntries(
    Object.entries(drill.options).map(([name, usual]) => [name, readOption(name, usual, values[name])]),
  )

function readOption(name: string, usual: number | string, value: unknown): number | string {
  if (typeof value !== 'string') return usual
  if (typeof usual === 'string') return value
  const number = Number(value)
  if (value.trim() !== '' && Number.isFinite(number)) return number
  throw new Error(`--${name} has to be a number, not ${value}`)
}
