/** Version of the native wire contract. A breaking change is a new major and a new path prefix. */
export const apiVersion = '1.3.0'

/**
 * SHA-256 of the JSON Schemas of the contract. The test that computes it fails when a schema changes, so that nobody
 * changes the wire without noticing; set it to the value that the test prints, and `apiVersion` where the change asks for it.
 */
export const apiSchemaSha256 = '28655d9e5c395a3051278f2873fd543172b2efb29a03aef2a72b8f1db16762b1'

/** As `apiSchemaSha256`, of `sync.ts` alone: devices that are away for weeks speak it. A change asks for another `syncProtocol`. */
export const syncSchemaSha256 = 'ef8c30d5f6aa6e8b1918dab54d49e2b4547445e44e5291ed5a840b85448935b3'
