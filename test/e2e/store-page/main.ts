import { runAloneUnder } from '../../../packages/client/src/offline/locks.ts'
import { createStateKeeper } from '../../../packages/client/src/offline/state-keeper.ts'
import type { RecordStore } from '../../../packages/client/src/storage/record-store.ts'
import { openSealedRecords } from '../../../packages/client/src/storage/sealed-records.ts'

const name = 'store'
let opened: Promise<RecordStore> | undefined
const open = (): Promise<RecordStore> => {
  opened ??= openSealedRecords(name)
  return opened
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

const page = {
  /** @returns `written`, `overtaken`, or with what it failed */
  async write({ record, characters }: { record: string; characters: number }) {
    const store = await open()
    const put = new Map([[record, 'a'.repeat(characters)]])
    const writing = store.write({ revision: await store.revision(), put, remove: [] })
    return writing.then(
      (isWritten) => (isWritten ? 'written' : 'overtaken'),
      (error) => error.code as string,
    )
  },
  /** Name and length of each record that can be read. */
  async read() {
    const { records } = await (await open()).read()
    return [...records].map(([record, value]) => [record, (value as string).length] as const)
  },
  /** What somebody has who copied the records, but could not copy the key. */
  async loseKey() {
    const database = await settled(indexedDB.open(name))
    const transaction = database.transaction(['about', 'records'], 'readwrite')
    await settled(transaction.objectStore('about').delete('key'))
    const left = await settled(transaction.objectStore('records').count())
    database.close()
    opened = undefined
    return left
  },
  /** Takes so many places at the end of the chain at once. */
  async takePlaces({ count }: { count: number }) {
    const keeper = createStateKeeper(await open(), runAloneUnder(`${name} state`, true))
    const take = async () => {
      const { outbox } = await keeper.change((state) => ({
        ...state,
        outbox: { ...state.outbox, seq: state.outbox.seq + 1 },
      }))
      return outbox.seq
    }
    return Promise.all(Array.from({ length: count }, take))
  },
}

export type StorePage = typeof page
Object.assign(window, { store: page })
