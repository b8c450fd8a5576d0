/** One line of metrics in Prometheus' text format. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface ReadMetrics {
  readonly samples: readonly Sample[]
  /** Name of the metric -> its type. */
  readonly types: ReadonlyMap<string, string>
  readonly helps: ReadonlyMap<string, string>
}

const line = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g

/** @throws Error at a line that is none of the format's */
export function readMetrics(text: string): ReadMetrics {
  const [samples, types, helps]: [Sample[], Map<string, string>, Map<string, string>] = [[], new Map(), new Map()]
  for (const each of text.split('\n').filter((line) => line !== '')) {
    const [, kind, name, rest] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(each) ?? []
    if (kind !== undefined) (kind === 'TYPE' ? types : helps).set(name!, rest!)
    else samples.push(readSample(each))
  }
  return { samples, types, helps }
}

function readSample(text: string): Sample {
  const found = line.exec(text)
  if (found === null) throw new Error(`Not a line of metrics: ${text}`)
  const [, name, labels = '', value] = found
  const pairs = [...labels.matchAll(label)].map(([, key, held]) => [key!, held!] as const)
  return { name: name!, labels: Object.fromEntries(pairs), value: Number(value) }
}

/** The values of all samples with these labels. */
export function sumOf({ samples }: ReadMetrics, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const fits = (sample: Sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value)
  return samples.filter((sample) => sample.name === name && fits(sample)).reduce((sum, { value }) => sum + value, 0)
}
