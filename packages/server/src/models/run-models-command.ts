import type { MienError } from '@mien/shared/errors'
import { SingleBar } from 'cli-progress'
import { type EnsureModelsOptions, ensureModels, type InstalledModels, type ModelProgress } from './ensure-models.ts'
import { defaultWeightsDirectory, loadManifest } from './load-manifest.ts'

export interface ModelsCommandOptions {
  /** Default `standard`. */
  readonly pack?: string
  /** Default `models/weights` of this repository. */
  readonly directory?: string
  readonly manifestPath?: string
  /** MIEN_MODELS_DIR: a folder that the user filled by hand. */
  readonly localDirectory?: string | undefined
  readonly signal?: AbortSignal
  readonly sources?: EnsureModelsOptions['sources']
  /** Where progress is shown: a bar on a terminal, plain lines elsewhere. Default standard error. */
  readonly output?: NodeJS.WriteStream
}

/** Brings a pack into the weights folder and shows how that goes. Rejects as `ensureModels` and `loadManifest` do. */
export async function runModelsCommand(options: ModelsCommandOptions = {}): Promise<InstalledModels> {
  const { pack = 'standard', directory = defaultWeightsDirectory, output = process.stderr } = options
  const manifest = await loadManifest(options.manifestPath)
  const reporter = output.isTTY ? barReporter(output) : lineReporter(output)
  try {
    return await ensureModels({
      manifest,
      pack,
      directory,
      localDirectory: options.localDirectory,
      onProgress: reporter.report,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.sources === undefined ? {} : { sources: options.sources }),
    })
  } finally {
    reporter.close()
  }
}

interface Reporter {
  report(event: ModelProgress): void
  close(): void
}

function barReporter(output: NodeJS.WriteStream): Reporter {
  const bar = new SingleBar({
    format: 'models {bar} {value}/{total}  {detail}',
    stream: output,
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
  })
  return {
    report(event) {
      if (event.kind === 'check') bar.start(event.files, 0, { detail: 'checking' })
      if (event.kind === 'download') bar.update({ detail: `${event.source} ${megabytes(event.receivedBytes)}` })
      if (event.kind === 'ready') bar.increment(1, { detail: event.id })
    },
    close: () => bar.stop(),
  }
}

/** One line when a download begins and one a file: a log stays readable. */
function lineReporter(output: NodeJS.WriteStream): Reporter {
  let source = ''
  return {
    report(event) {
      if (event.kind === 'download' && event.source !== source) {
        source = event.source
        output.write(`models: fetching ${source}\n`)
      }
      if (event.kind === 'ready' && event.from !== 'disk') output.write(`models: ${event.id} ready\n`)
      if (event.kind === 'done') output.write(`models: ${event.files} files in place\n`)
    },
    close: () => undefined,
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

/** What to do about each way in which fetching models fails, for a person at a terminal. */
export function adviseOnModels({ code }: MienError): string | undefined {
  switch (code) {
    case 'MODEL_SOURCE_UNREACHABLE':
      return 'Check the network and the registry settings of npm, or put the files into a folder and name it in MIEN_MODELS_DIR.'
    case 'MODEL_HASH_MISMATCH':
      return 'The file is not the published one. Nothing was kept of it. Try again, or check the registry or folder it came from.'
    case 'STORAGE_FULL':
      return 'Free some space (about 20 MB are needed) and run the command again.'
    case 'MODEL_PACK_UNKNOWN':
      return 'The packs are listed in models/manifest.json.'
    default:
      return undefined
  }
}
