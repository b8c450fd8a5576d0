/** The parts of `@npmcli/config` 10 that we call; the package ships no types. */
declare module '@npmcli/config' {
  interface ConfigOptions {
    readonly npmPath: string
    readonly cwd: string
    readonly env: Readonly<Record<string, string | undefined>>
    readonly argv: readonly string[]
    readonly execPath: string
    readonly platform: NodeJS.Platform
    readonly warn: boolean
    readonly definitions: unknown
    readonly shorthands: unknown
    readonly flatten: unknown
    readonly nerfDarts: unknown
  }
  class Config {
    constructor(options: ConfigOptions)
    load(): Promise<void>
    /** camelCase options as `npm-registry-fetch` takes them: registry, ca, proxy, `//host/:_authToken`, cache, … */
    readonly flat: Record<string, unknown>
  }
  export = Config
}

declare module '@npmcli/config/lib/definitions/index.js' {
  const npmDefinitions: {
    readonly definitions: unknown
    readonly shorthands: unknown
    readonly flatten: unknown
    readonly nerfDarts: unknown
  }
  export = npmDefinitions
}
