import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createOwnPostgres, type OwnPostgres } from './own-postgres.fixture.ts'
import { createPool, type Pool, type PoolOptions } from './pool.ts'
import { runSql } from './run-sql.fixture.ts'
import { fromSqlError } from './sql-errors.ts'
import { startTcpShim, type TcpShim } from './tcp-shim.fixture.ts'

const serverUrl = process.env.TEST_DATABASE_URL

describe.runIf(serverUrl)('connections to PostgreSQL', () => {
  let own: OwnPostgres
  let shim: TcpShim
  const pools: Pool[] = []

  beforeAll(async () => {
    own = await createOwnPostgres(serverUrl!)
    await outside('create table kept (n int)')
    shim = await startTcpShim(own.url)
  })
  afterEach(async () => {
    shim.become('open')
    for (const pool of pools.splice(0)) await pool.close()
    await outside('truncate kept')
  })
  afterAll(async () => {
    await shim.close()
    await own.drop()
  })

  const outside = (statement: string) => runSql({ url: own.url }, statement)
  const kept = async () => (await outside('select n from kept order by n')).map(({ n }) => n)
  const insert = (n: number) => sql`insert into kept values (${n}::int)`

  const openPool = (options: Partial<PoolOptions> = {}) => {
    const pool = createPool(shim.url, { connections: 3, ...options })
    pools.push(pool)
    const db = drizzle(pool.client)
    /** The code that whoever asked is told, or `done`. */
    const told = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error) => (fromSqlError(error) as { code?: string }).code,
      )
    return { pool, db, told, select: () => told(db.execute(sql`select 1`)) }
  }

  test('[MS1] many requests share so many connections as there may be, and each has its answer', async () => {
    const { db, pool } = openPool()
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => db.execute<{ n: number }>(sql`select ${i}::int as n, pg_sleep(0.01)`)),
    )
    expect(answers.map(([row]) => row?.n)).toEqual(Array.from({ length: 30 }, (_, i) => i))
    expect(shim.count()).toBeLessThanOrEqual(3)
    expect(pool.figures()).toEqual({ connections: 3, inUse: 0, waiting: 0 })
  })

  test('[MS17] a statement that comes again is not parsed again, and so many are kept parsed at most', async () => {
    const { db } = openPool({ connections: 1 })
    const parsed = async (like: string) => {
      const [row] = await db.execute<{ count: number }>(
        sql.raw(`select count(*)::int from pg_prepared_statements where statement like '${like}'`),
      )
      return row?.count
    }
    for (let n = 0; n < 3; n++) expect(await db.execute(sql`select ${n}::int as again`)).toEqual([{ again: n }])
    expect(await parsed('select $1::int as again')).toBe(1)
    for (let n = 0; n < 300; n++) {
      expect(await db.execute(sql`select ${n}::int as ${sql.identifier(`n${n}`)}`)).toEqual([{ [`n${n}`]: n }])
    }
    expect(await parsed('%')).toBe(256)
  })

  test('[MS17] a column whose type changes under a statement that is kept parsed: it is sent anew, and a transaction is told to come again', async () => {
    const { db, told } = openPool({ connections: 1 })
    await outside('create table changing (n int)')
    const ask = (tx: Pick<typeof db, 'execute'>) => tx.execute(sql`select n from changing where ${1}::int = 1`)
    await ask(db)
    await outside('alter table changing alter n type text')
    expect(await told(db.transaction(ask))).toBe('DATABASE_UNAVAILABLE')
    expect(await told(db.transaction(ask))).toBe('done')
    await outside('alter table changing alter n type int using n::int')
    expect(await told(ask(db))).toBe('done')
    await outside('drop table changing')
  })

  test('[MS2] who gets no connection in time is told so, before anything was done', async () => {
    const { db, told, pool } = openPool({ connections: 1, waitMs: 30 })
    const slow = told(db.execute(sql`select pg_sleep(0.4)`))
    await expect.poll(() => pool.figures().inUse).toBe(1)
    expect(await told(db.transaction((tx) => tx.execute(insert(1))))).toBe('OVERLOADED')
    expect(await slow).toBe('done')
    expect(await kept()).toEqual([])
  })

  test('[MS3] a database that takes everything and answers nothing is unavailable, its sockets are given back, and later all works again', async () => {
    const { select, told, db } = openPool({ statementMs: 50, connectMs: 300 })
    expect(await select()).toBe('done')
    shim.become('silent')
    const whole = db.transaction((tx) => tx.execute(insert(1)))
    // One over the connection that is open, one over a new one, which nobody welcomes.
    expect(await Promise.all([select(), told(whole)])).toEqual(['DATABASE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'])
    while (shim.count() > 0) await sleep(10)
    shim.become('open')
    expect(await select()).toBe('done')
    expect(await kept()).toEqual([])
  })

  test('[MS3] a connection asks nothing but what somebody waits for, so that none that is lost ends the process', async () => {
    const from = shim.received()
    expect(await openPool().select()).toBe('done')
    expect(shim.received(from)).toContain('select 1')
    expect(shim.received(from)).not.toContain('pg_type')
  })

  test('[MS3] a database that is away is unavailable, and nobody has to start the server again when it is back', async () => {
    const { select } = openPool()
    expect(await select()).toBe('done')
    shim.become('refuse')
    expect([await select(), await select()]).toEqual(['DATABASE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'])
    shim.become('open')
    expect(await select()).toBe('done')
  })

  test('[MS4] a connection that is lost within a transaction takes the transaction with it: nothing of it is done, before or after', async () => {
    const { db, told } = openPool({ connections: 1 })
    const lost = db.transaction(async (tx) => {
      await tx.execute(insert(1))
      await outside(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`)
      // The work does not know yet, or does not care, and goes on.
      await tx.execute(insert(2)).catch(() => {})
      await tx.execute(insert(3)).catch(() => {})
    })
    expect(await told(lost)).toBe('DATABASE_UNAVAILABLE')
    expect(await kept()).toEqual([])
    expect(await told(db.transaction((tx) => tx.execute(insert(4))))).toBe('done')
    expect(await kept()).toEqual([4])
  })

  test('[MS4] a connection that was lost while nobody used it costs no transaction', async () => {
    const { db, told } = openPool()
    await Promise.all(Array.from({ length: 3 }, () => db.execute(sql`select pg_sleep(0.01)`)))
    await outside(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`)
    expect(await told(db.transaction((tx) => tx.execute(insert(1))))).toBe('done')
    expect(await kept()).toEqual([1])
  })

  test('[MS4] what is sent after its transaction went back is done nowhere, although the connection serves another one', async () => {
    const { db, told } = openPool({ connections: 1 })
    const events = new EventEmitter()
    const [otherBegun, lateTold] = [once(events, 'other begun'), once(events, 'late told')]
    const failing = db.transaction(async (tx) => {
      const comesLate = async () => {
        await otherBegun
        events.emit('late told', await told(tx.execute(insert(1))))
      }
      await Promise.all([tx.execute(sql`select 1 / 0`), comesLate()])
    })
    const other = db.transaction(async (tx) => {
      await tx.execute(insert(2))
      events.emit('other begun')
      await lateTold
    })
    expect(await told(failing)).toBe('INTERNAL')
    expect(await told(other)).toBe('done')
    expect(await lateTold).toEqual(['INTERNAL'])
    expect(await kept()).toEqual([2])
  })

  test('[MS5] when the answer to a commit is lost it is told as unavailable, although it may have been done', async () => {
    const { db, told } = openPool({ connections: 1 })
    expect(await told(db.execute(sql`select 1`))).toBe('done')
    shim.cutAfter('commit')
    expect(await told(db.transaction((tx) => tx.execute(insert(1))))).toBe('DATABASE_UNAVAILABLE')
    // It was done, in this case: whoever asks again finds it.
    await expect.poll(kept).toEqual([1])
  })

  test('[MS5] a transaction in which a failure was swallowed is not told as done', async () => {
    const { db, told } = openPool()
    const swallowing = db.transaction(async (tx) => {
      await tx.execute(insert(1))
      await tx.execute(sql`select 1 / 0`).catch(() => {})
    })
    expect(await told(swallowing)).toBe('INTERNAL')
    expect(await kept()).toEqual([])
  })

  test('[MS5] what fails within a savepoint is undone alone', async () => {
    const { db, told } = openPool()
    const whole = db.transaction(async (tx) => {
      await tx.execute(insert(1))
      await tx.transaction((inner) => inner.execute(insert(2)))
      await tx
        .transaction(async (inner) => {
          await inner.execute(insert(3))
          await inner.transaction((innermost) => innermost.execute(insert(4)))
          await inner.execute(sql`select 1 / 0`)
        })
        .catch(() => {})
      await tx.execute(insert(5))
    })
    expect(await told(whole)).toBe('done')
    expect(await kept()).toEqual([1, 2, 5])
  })

  test('[MS3] a statement that takes too long is given up by the database, and its connection goes on', async () => {
    const { db, told, pool } = openPool({ connections: 1, statementMs: 50 })
    expect(await told(db.execute(sql`select pg_sleep(5)`))).toBe('OVERLOADED')
    expect(pool.figures()).toMatchObject({ connections: 1, inUse: 0 })
  })

  test('[MS13] over connections that are for reading nothing is written', async () => {
    const { db, told, select } = openPool({ isReadOnly: true })
    expect(await told(db.execute(insert(1)))).toBe('DATABASE_UNAVAILABLE')
    expect(await told(db.transaction((tx) => tx.execute(insert(2))))).toBe('DATABASE_UNAVAILABLE')
    expect([await select(), await kept()]).toEqual(['done', []])
  })

  test('[MS1] after its close a pool has no connection, and gives none', async () => {
    const { pool, select } = openPool()
    expect(await select()).toBe('done')
    await pool.close()
    expect(await select()).toBe('DATABASE_UNAVAILABLE')
    await expect.poll(() => shim.count()).toBe(0)
  })
})
