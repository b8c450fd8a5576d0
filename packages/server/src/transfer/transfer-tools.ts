import { Buffer } from 'node:buffer'
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { dirname, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fromWireCode } from '@mien/shared/api/errors'
import { MienError, toMienError } from '@mien/shared/errors'
import type { Config } from '../config.ts'
import type { Core } from '../open-core.ts'
import { exportPeople } from './export-people.ts'
import { flushFile } from './flush-folder.ts'
import { type ImportReport, importPeople } from './import-people.ts'
import { isSealed, minPassphraseLength, openStream, sealStream } from './sealed-stream.ts'
import { splitLines } from './split-lines.ts'
import { askServer } from './transfer-socket.ts'
import { watchExport } from './watch-export.ts'

export interface ExportRequest {
  readonly applicationId: string
  readonly gallery: string | null
  /** Null: in clear. */
  readonly passphrase: string | null
  readonly onProgress: (people: number) => void
}

export interface ImportRequest {
  readonly applicationId?: string
  /** Asked for when the file is sealed. */
  readonly passphrase: () => Promise<string>
  readonly onProgress: (report: ImportReport) => void
}

export interface ExportReport {
  readonly people: number
  /** Templates that are damaged and not in it, at most `maxUnopened` of them. */
  readonly unopened: readonly { readonly facial_id: string; readonly face_id: string }[]
}

export interface TransferTools {
  /** Into a file that is not there yet. */
  exportTo(path: string, request: ExportRequest): Promise<ExportReport>
  importFrom(path: string, request: ImportRequest): Promise<ImportReport>
}

export interface TransferToolsOptions {
  readonly config: Config
  readonly openCore: (config: Config) => Promise<Core>
}

/** Of the server that runs on the data folder, or of the database where none does. */
export function createTransferTools({ config, openCore }: TransferToolsOptions): TransferTools {
  const withCore = async <T>(work: (core: Core) => Promise<T>): Promise<T> => {
    const core = await openCore(config)
    try {
      return await work(core)
    } finally {
      await core.database.close()
    }
  }

  return {
    async exportTo(target, request) {
      const path = resolve(target)
      if (existsSync(path)) throw new MienError('CONFLICT', { message: `${path} is there already` })
      checkPassphrase(request.passphrase)
      const answer = await askServer(config.dataDir, `/export?${queryOf(request)}`)
      if (answer !== null) return writeExport(path, answer, request)
      return withCore((core) => writeExport(path, Readable.from(exportPeople({ ...core, ...request })), request))
    },
    async importFrom(path, request) {
      const sealed = beginsSealed(path)
      const passphrase = sealed ? await request.passphrase() : null
      const source = () => {
        const file = createReadStream(path)
        return passphrase === null ? file : openStream(file, passphrase)
      }
      const answer = await askServer(config.dataDir, `/import?${queryOf(request)}`, source)
      if (answer !== null) return readProgress(answer, request.onProgress)
      const { applicationId, onProgress } = request
      const to = applicationId === undefined ? {} : { applicationId }
      return withCore((core) =>
        importPeople(source(), { ...core, subjects: core.services.subjects, ...to, onProgress }),
      )
    },
  }
}

function checkPassphrase(passphrase: string | null): void {
  if (passphrase === null || passphrase.length >= minPassphraseLength) return
  throw new MienError('CONFIG_INVALID', { message: `A passphrase has ${minPassphraseLength} characters at least` })
}

const queryOf = ({ applicationId, gallery }: { applicationId?: string; gallery?: string | null }): string =>
  new URLSearchParams({
    ...(applicationId === undefined ? {} : { application: applicationId }),
    ...(gallery === undefined || gallery === null ? {} : { gallery }),
  }).toString()

/** Under another name until it is whole. */
async function writeExport(
  path: string,
  lines: Readable,
  { passphrase, onProgress }: ExportRequest,
): Promise<ExportReport> {
  const part = `${path}.part`
  rmSync(part, { force: true })
  const watch = watchExport()
  async function* watched(chunks: AsyncIterable<Uint8Array | string>) {
    for await (const chunk of chunks) {
      const bytes = Buffer.from(chunk as Uint8Array)
      onProgress(watch.see(bytes))
      yield bytes
    }
  }
  try {
    const file = createWriteStream(part, { flags: 'wx', mode: 0o600 })
    const plain = watched(lines)
    await pipeline(Readable.from(passphrase === null ? plain : sealStream(plain, passphrase)), file)
    const end = watch.end()
    if (end === undefined)
      throw new MienError('DATABASE_UNAVAILABLE', { message: 'The export broke off. Try it again.' })
    flushFile(part)
    renameSync(part, path)
    flushFile(dirname(path))
    return { people: end.people, unopened: end.unopened ?? [] }
  } finally {
    rmSync(part, { force: true })
  }
}

function beginsSealed(path: string): boolean {
  const file = openSync(path, 'r')
  try {
    const head = new Uint8Array(64)
    return isSealed(head.subarray(0, readSync(file, head, 0, head.length, 0)))
  } finally {
    closeSync(file)
  }
}

/** What the server says of an import: reports, one a line, and at the end the last one again or what went wrong. */
export type ImportAnswer =
  | { readonly progress: ImportReport }
  | { readonly done: ImportReport }
  | { readonly error: { readonly code: string; readonly message: string } }

const maxAnswerBytes = 65_536

async function readProgress(answer: IncomingMessage, onProgress: ImportRequest['onProgress']): Promise<ImportReport> {
  for await (const { bytes } of splitLines(answer, maxAnswerBytes)) {
    const said = JSON.parse(bytes.toString()) as ImportAnswer
    if ('error' in said) {
      throw new MienError(fromWireCode(said.error.code) ?? 'INTERNAL', { message: said.error.message })
    }
    if ('done' in said) return said.done
    onProgress(said.progress)
  }
  throw new MienError('DATABASE_UNAVAILABLE', {
    message: 'The server stopped. What it had taken is there: import again to go on.',
  })
}

/** As `readProgress` reads it. */
export const errorAnswer = (thrown: unknown): ImportAnswer => {
  const { code, message } = toMienError(thrown)
  return { error: { code, message } }
}
