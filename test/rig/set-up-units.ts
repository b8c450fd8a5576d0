export { makeNewDatabase as setup } from '../../packages/server/src/db/new-database.fixture.ts'
