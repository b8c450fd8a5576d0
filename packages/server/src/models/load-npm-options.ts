import { dirname, resolve } from 'node:path'
import Config from '@npmcli/config'
import npmDefinitions from '@npmcli/config/lib/definitions/index.js'

/**
 * Reads the registry settings that npm itself would use: `.npmrc` of the project, the user and the machine, and
 * `npm_config_*` variables. pacote reads none of them, so a private registry, a proxy or a company's certificate
 * would be ignored without this.
 */
export async function loadNpmOptions(env: Readonly<Record<string, string | undefined>> = process.env) {
  const config = new Config({
    npmPath: npmFolder(env),
    cwd: process.cwd(),
    env,
    // No arguments of ours may be read as npm's.
    argv: [process.execPath, 'npm'],
    execPath: process.execPath,
    platform: process.platform,
    warn: false,
    definitions: npmDefinitions.definitions,
    shorthands: npmDefinitions.shorthands,
    flatten: npmDefinitions.flatten,
    nerfDarts: npmDefinitions.nerfDarts,
  })
  await config.load()
  return config.flat
}

/** Where npm lies, for the `npmrc` that a distribution may put beside it. npm names its own entry when it runs a script. */
function npmFolder(env: Readonly<Record<string, string | undefined>>): string {
  const entry = env.npm_execpath
  return entry?.endsWith('npm-cli.js')
    ? resolve(dirname(entry), '..')
    : resolve(dirname(process.execPath), '../lib/node_modules/npm')
}
