import type { ServerProgram, TestServer } from '../rig/server.ts'

/** What `--name value` is when it is not given; its type says what is read. */
export type DrillOptions = Readonly<Record<string, number | string>>

export interface DrillContext<Options extends DrillOptions = DrillOptions> {
  readonly options: Options
  /** A real server with an empty database and no limits that a drill reaches; it ends with the drill. */
  openServer(environment?: Readonly<Record<string, string>>, program?: ServerProgram): Promise<TestServer>
}

export interface Drill {
  /** As on the command line. */
  readonly name: string
  /** Half a sentence for who asks what there is. */
  readonly summary: string
  readonly options: DrillOptions
  /** Prints a line for each promise. Returns whether all were held. */
  run(context: DrillContext): Promise<boolean>
}

type Widened<Options> = { readonly [K in keyof Options]: Options[K] extends number ? number : string }

/** `run` sees the options that it names, and no others. */
export function defineDrill<const Options extends DrillOptions>(drill: {
  readonly name: string
  readonly summary: string
  readonly options: Options
  run(context: DrillContext<Widened<Options>>): Promise<boolean>
}): Drill {
  return {
    ...drill,
    run: (context) => drill.run({ ...context, options: context.options as Widened<Options> }),
  }
}
