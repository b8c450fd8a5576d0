import { type PGlite, parse, protocol, type QueryOptions, type Results } from '@electric-sql/pglite'

type Messages = Parameters<typeof parse.parseResults>[0]

/** A statement that the database has parsed. */
interface Statement {
  readonly name: string
  /** What it takes and gives. */
  readonly description: Messages
  /** Ids of the types of what it takes, and of what it gives. */
  readonly paramTypes: readonly number[]
  readonly columnTypes: readonly number[]
  readonly preparedAtMs: number
}

/** Statements that are kept parsed. Those of our stores are fewer, but for lists of different lengths. */
const maxStatements = 128

/** A plan is for tables as large as they were: afterwards it is made again. By judgement. */
const keepMs = 10_000

const { serialize } = protocol

/** What is used of PGlite. The names with an underscore are in its published types; its version is pinned. */
type PreparedClient = Pick<
  PGlite,
  'execProtocol' | 'parsers' | 'serializers' | '_checkReady' | '_runExclusiveQuery' | '_runExclusiveTransaction'
>

/**
 * `query` of an embedded database, which parses and plans a statement once instead of each time and sends the rest of its
 * messages together. Inside a transaction PGlite runs queries of its own.
 */
export function createPreparedQuery(client: PreparedClient): PGlite['query'] {
  const statements = new Map<string, Statement>()
  let count = 0

  const forget = async (text: string, { name }: Statement): Promise<void> => {
    statements.delete(text)
    await client.execProtocol(together(serialize.close({ type: 'S', name }), serialize.sync()))
  }

  const prepare = async (text: string): Promise<Statement> => {
    const name = `q${count++}`
    const asked = [serialize.parse({ name, text }), serialize.describe({ type: 'S', name }), serialize.sync()]
    const { messages } = await client.execProtocol(together(...asked))
    const paramTypes = parse.parseDescribeStatementResults(messages)
    const statement = {
      name,
      description: messages,
      paramTypes,
      columnTypes: columnTypesOf(messages),
      preparedAtMs: performance.now(),
    }
    statements.set(text, statement)
    const [oldest] = statements
    if (oldest !== undefined && statements.size > maxStatements) await forget(...oldest)
    return statement
  }

  const statementOf = async (text: string): Promise<Statement> => {
    const known = statements.get(text)
    if (known !== undefined && performance.now() - known.preparedAtMs < keepMs) return known
    if (known !== undefined) await forget(text, known)
    return prepare(text)
  }

  const run = async <T>(text: string, params: readonly unknown[], options?: QueryOptions): Promise<Results<T>> => {
    const { name, description, paramTypes, columnTypes } = await statementOf(text)
    const values = params.map((param, i) =>
      serializeParam(param, options?.serializers?.[paramTypes[i]!] ?? client.serializers[paramTypes[i]!]),
    )
    const bind = serialize.bind({ statement: name, values })
    const { messages } = await client.execProtocol(together(bind, serialize.execute({}), serialize.sync()))
    const { parsers: given, ...how } = options ?? {}
    const parsers = pick({ own: client.parsers, given }, columnTypes)
    return parse.parseResults([...description, ...messages], parsers, how)[0] as Results<T>
  }

  return async <T>(text: string, params: unknown[] = [], options?: QueryOptions): Promise<Results<T>> => {
    // As PGlite's own: one at a time, and none between the statements of a transaction. Whoever waited while it closed finds it closed.
    return client._runExclusiveTransaction(() =>
      client._runExclusiveQuery(async () => {
        await client._checkReady()
        return run<T>(text, params, options)
      }),
    )
  }
}

function serializeParam(param: unknown, serialize: ((value: unknown) => string) | undefined): string | null {
  if (param === null || param === undefined) return null
  return serialize === undefined ? String(param) : serialize(param)
}

const columnTypesOf = (description: Messages): readonly number[] =>
  description.flatMap((message) =>
    message instanceof protocol.messages.RowDescriptionMessage ? message.fields.map((field) => field.dataTypeID) : [],
  )

type Parsers = PGlite['parsers']

/** Those of these types: both together, as `parseResults` merges them, are hundreds, and merging them takes longer than most statements. */
function pick(
  { own, given }: { own: Parsers; given: QueryOptions['parsers'] | undefined },
  types: readonly number[],
): Parsers {
  const picked: Parsers = {}
  for (const type of types) {
    const parser = given?.[type] ?? own[type]
    if (parser !== undefined) picked[type] = parser
  }
  return picked
}

const together = (...messages: readonly Uint8Array[]): Uint8Array => Buffer.concat(messages)
