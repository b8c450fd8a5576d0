import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from './cache.ts'

const run = promisify(execFile)

/** Version of the npm package `@sparticuz/chromium`: a new one gets a new folder. */
const npmVersion = '147.0.0'

export interface ChromiumBinary {
  readonly executablePath: string
  /** What the process needs beside this process's own environment. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * The Chromium that tests drive: `CHROMIUM_PATH` if set, else the one that an npm package carries, so that every machine
 * runs the same one. The package is Linux x64 only: elsewhere `CHROMIUM_PATH` has to name an installed browser.
 */
export async function findChromium(): Promise<ChromiumBinary> {
  const chosen = process.env.CHROMIUM_PATH
  if (chosen) return { executablePath: chosen, env: {} }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('Set CHROMIUM_PATH to a Chromium or Chrome: the one from npm runs on Linux x64 only')
  }
  const folder = await unpacked()
  return { executablePath: join(folder, 'chromium'), env: await missingParts(folder) }
}

/** Unpacks beside the final place and renames, so that two test workers at once cannot see a half-written browser. */
async function unpacked(): Promise<string> {
  const folder = join(cacheFolder, `chromium-${npmVersion}`)
  if (existsSync(folder)) return folder
  await mkdir(cacheFolder, { recursive: true })
  const temporary = await mkdtemp(`${folder}.`)
  try {
    await unpackInto(temporary)
    await rename(temporary, folder)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

/**
 * The package unpacks into the system's temporary folder and, where it believes to be on Amazon Linux, the system libraries too
 * (nss, nspr, expat). A process of its own gets both told by its environment.
 */
async function unpackInto(folder: string): Promise<void> {
  const script = "import('@sparticuz/chromium').then((chromium) => chromium.default.executablePath())"
  const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' }
  await run(process.execPath, ['--eval', script], { cwd: import.meta.dirname, env })
  const fonts = `<fontconfig><dir prefix="relative">fonts/fonts</dir><cachedir>/tmp/mien-fontconfig</cachedir></fontconfig>`
  await writeFile(join(folder, 'fonts.conf'), `<?xml version="1.0"?>\n${fonts}\n`)
}

/** Libraries and fonts come from the package only where the machine has none of its own. */
async function missingParts(folder: string): Promise<Record<string, string>> {
  const libraries = (await starts(join(folder, 'chromium'))) ? {} : { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') }
  const fonts = existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_FILE: join(folder, 'fonts.conf') }
  return { ...libraries, ...fonts }
}

const starts = (executablePath: string): Promise<boolean> =>
  run(executablePath, ['--version']).then(
    () => true,
    () => false,
  )
