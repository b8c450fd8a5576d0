/** Version of the native wire contract. A breaking change is a new major and a new path prefix. */
export const apiVersion = '1.2.0'

/**
 * SHA-256 of the JSON Schemas of the contract. The test that computes it fails when a schema changes, so that nobody
 * changes the wire without noticing; set it to the value that the test prints, and `apiVersion` where the change asks for it.
 */
export const apiSchemaSha256 = '9ed0f894c166e2ad5e82f0c890c330eb3047242cfcbb7b8a61f11960ddf77cfe'
