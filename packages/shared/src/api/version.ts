/** Version of the native wire contract. A breaking change is a new major and a new path prefix. */
export const apiVersion = '1.3.0'

/**
 * SHA-256 of the JSON Schemas of the contract. The test that computes it fails when a schema changes, so that nobody
 * changes the wire without noticing; set it to the value that the test prints, and `apiVersion` where the change asks for it.
 */
export const apiSchemaSha256 = '021f0c62ec8e7b7bd8aee49ce6c19b87d010509e533e75ffef9ac5c22dbd4172'

/** As `apiSchemaSha256`, of `sync.ts` alone: devices that are away for weeks speak it. A change asks for another `syncProtocol`. */
export const syncSchemaSha256 = 'a3198970eb80b630bb978e41ab769a80d52017d28653158a3fc760cd8a3a49ae'
