import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

export interface CurlAnswer {
  readonly status: number
  /** Empty without a body. */
  readonly type: string
  readonly bytes: Buffer
}

/** Whether this machine has curl. Where it has none, command lines are sent with the same meaning by `fetch`. */
export const hasCurl: Promise<boolean> = execute('curl', ['--version']).then(
  () => true,
  () => false,
)

/** Runs a command line as a shell would, `curl` included, in a folder; `'` and `"` quote, nothing else is special. */
export async function runCurl(commandLine: string, folder: string): Promise<CurlAnswer> {
  const [name, ...options] = splitWords(commandLine)
  if (name !== 'curl') throw new Error(`Not a command line of curl: ${commandLine}`)
  return (await hasCurl) ? withCurl(options, folder) : withFetch(options, folder)
}

const splitWords = (text: string): readonly string[] =>
  (text.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? []).map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'))

async function withCurl(options: readonly string[], folder: string): Promise<CurlAnswer> {
  const at = options.indexOf('--output')
  const file = join(folder, at < 0 ? 'answer' : options[at + 1]!)
  await rm(file, { force: true })
  const added = ['--silent', '--show-error', '--write-out', '%{http_code} %{content_type}']
  if (at < 0) added.push('--output', file)
  const { stdout } = await execute('curl', [...options, ...added], { cwd: folder })
  // Without a body there is no file.
  const bytes = await readFile(file).catch(() => Buffer.alloc(0))
  return { status: Number(stdout.slice(0, 3)), type: stdout.slice(4).trim(), bytes }
}

const takingValue = ['-X', '-H', '-F', '-d', '-u', '--data-urlencode', '--output']

async function withFetch(options: readonly string[], folder: string): Promise<CurlAnswer> {
  const given = (name: string) => options.filter((_, at) => options[at - 1] === name)
  const url = new URL(options.find((option, at) => !option.startsWith('-') && !takingValue.includes(options[at - 1]!))!)
  const headers = new Headers(given('-H').map((line) => splitOnce(line, ':')))
  const account = given('-u')[0] ?? (url.password === '' ? undefined : `${url.username}:${url.password}`)
  if (account !== undefined) headers.set('authorization', `Basic ${Buffer.from(account).toString('base64')}`)
  ;[url.username, url.password] = ['', '']
  const body = await bodyOf(given, folder)
  // The boundary of a form belongs into its type, which fetch writes.
  if (body instanceof FormData) headers.delete('content-type')
  const method = given('-X')[0] ?? (body === undefined ? 'GET' : 'POST')
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
  const bytes = Buffer.from(await response.arrayBuffer())
  const [output] = given('--output')
  if (output !== undefined) await writeFile(join(folder, output), bytes)
  return { status: response.status, type: response.headers.get('content-type') ?? '', bytes }
}

async function bodyOf(
  given: (name: string) => readonly string[],
  folder: string,
): Promise<FormData | URLSearchParams | string | undefined> {
  const [parts, fields, [data]] = [given('-F'), given('--data-urlencode'), given('-d')]
  if (fields.length > 0) return new URLSearchParams(fields.map((field) => splitOnce(field, '=')))
  if (parts.length === 0) return data?.startsWith('@') ? readFile(join(folder, data.slice(1)), 'utf8') : data
  const form = new FormData()
  for (const part of parts) {
    const [name, value] = splitOnce(part, '=')
    if (!value.startsWith('@')) form.append(name, value)
    else form.append(name, new Blob([await readFile(join(folder, value.slice(1)))]), basename(value))
  }
  return form
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return [text.slice(0, at), text.slice(at + 1).trim()]
}
