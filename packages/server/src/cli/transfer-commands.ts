import { readFileSync } from 'node:fs'
import { galleryName } from '@mien/shared/api/fields'
import { MienError } from '@mien/shared/errors'
import { type Command, InvalidArgumentError } from 'commander'
import type { ImportReport } from '../transfer/import-people.ts'
import type { ExportReport, TransferTools } from '../transfer/transfer-tools.ts'

export interface TransferDependencies {
  readonly tools: TransferTools
  readonly askPassphrase: (question: string) => Promise<string>
  readonly write: (text: string) => void
}

interface ExportOptions {
  readonly application: string
  readonly gallery?: string
  readonly plain?: true
  readonly passphraseFile?: string
}

interface ImportOptions {
  readonly application?: string
  readonly passphraseFile?: string
}

/** People between two progress lines. */
const tellEvery = 1000

/** `mien export` and `mien import`: the people of one application. */
export function addTransferCommands(program: Command, dependencies: TransferDependencies): void {
  const { tools, write } = dependencies
  program
    .command('export')
    .description('write the people of an application into a file under a passphrase, while the server runs or not')
    .argument('<file>', 'must not be there yet')
    .requiredOption('--application <id>', 'whose people')
    .option('--gallery <name>', 'only those of one gallery', readGallery)
    .option('--passphrase-file <path>', 'its first line is the passphrase; else it is asked for')
    .option(
      '--plain',
      'in clear: templates, payloads and what PINs are peppered with, readable by whoever has the file',
    )
    .action(async (file: string, options: ExportOptions) => {
      const passphrase = options.plain ? null : await newPassphrase(dependencies, options.passphraseFile)
      const { people, unopened } = await tools.exportTo(file, {
        applicationId: options.application,
        gallery: options.gallery ?? null,
        passphrase,
        onProgress: everySo((done) => write(`${done} people\n`)),
      })
      write(`${people} people are in ${file}. It is as secret as the master key.\n`)
      if (unopened.length > 0) write(describeUnopened(unopened))
    })
  program
    .command('import')
    .description('take the people that mien export wrote; run it again to go on, or to see that all are there')
    .argument('<file>')
    .option('--application <id>', 'into which; default: the one that was exported')
    .option('--passphrase-file <path>', 'its first line is the passphrase; else it is asked for')
    .action(async (file: string, { application, passphraseFile }: ImportOptions) => {
      const tell = everySo((done) => write(`${done} people\n`))
      const report = await tools.importFrom(file, {
        ...(application === undefined ? {} : { applicationId: application }),
        passphrase: () => readPassphrase(dependencies, passphraseFile, 'Passphrase of the file: '),
        onProgress: ({ added, present, erased }) => tell(added + present + erased),
      })
      write(describe(report))
    })
}

const describeUnopened = (unopened: ExportReport['unopened']): string =>
  [
    `${unopened.length} templates are damaged and are not in it: whose they are has to enroll that face again.`,
    ...unopened.map(({ facial_id: person, face_id: face }) => `  person ${person}, face ${face}`),
  ]
    .map((line) => `${line}\n`)
    .join('')

function everySo(tell: (done: number) => void): (done: number) => void {
  let told = 0
  return (done) => {
    if (done - told < tellEvery) return
    told = done
    tell(done)
  }
}

const describe = (report: ImportReport): string =>
  [
    `${report.added} people were added, with ${report.faces} templates, ${report.pins} PINs and ${report.consents} consents.`,
    `${report.present} were there already and stayed as they are.`,
    report.erased > 0 ? `${report.erased} had been erased here and were not brought back.` : '',
    report.removed > 0
      ? `${report.removed} of them had been erased where they come from, and were erased here too.`
      : '',
    report.tombstones > 0 ? `${report.tombstones} erased people stay erased.` : '',
    report.foreignTombstones > 0
      ? `${report.foreignTombstones} tombstones mean nothing under this application's key and were left out.`
      : '',
  ]
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('')

async function newPassphrase(dependencies: TransferDependencies, file: string | undefined): Promise<string> {
  const first = await readPassphrase(dependencies, file, 'A passphrase for the file: ')
  if (file === undefined && (await dependencies.askPassphrase('Once more: ')) !== first) {
    throw new MienError('CONFIG_INVALID', { message: 'The two were not the same' })
  }
  return first
}

async function readPassphrase(
  { askPassphrase }: TransferDependencies,
  file: string | undefined,
  question: string,
): Promise<string> {
  return file === undefined ? askPassphrase(question) : (readFileSync(file, 'utf8').split(/\r?\n/)[0] ?? '')
}

function readGallery(text: string): string {
  if (galleryName.safeParse(text).success) return text
  throw new InvalidArgumentError('lower-case letters, digits, dashes and underscores, 64 at most')
}
