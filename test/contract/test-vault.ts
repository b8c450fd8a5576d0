import { createVault } from '../../packages/server/src/domain/vault.ts'

/** Of every database that tests share. */
export const testVault = createVault(new Uint8Array(32).fill(7))
