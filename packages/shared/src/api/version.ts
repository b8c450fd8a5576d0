/** Version of the native wire contract. A breaking change is a new major and a new path prefix. */
export const apiVersion = '1.2.0'

/**
 * SHA-256 of the JSON Schemas of the contract. The test that computes it fails when a schema changes, so that nobody
 * changes the wire without noticing; set it to the value that the test prints, and `apiVersion` where the change asks for it.
 */
export const apiSchemaSha256 = '169ad192bb91b36eeb07ffa8c00e7dbd6bb70a549ec0b779f0d80c78dbfd3018'
