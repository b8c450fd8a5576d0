/** Version of the native wire contract. A breaking change is a new major and a new path prefix. */
export const apiVersion = '1.1.0'

/**
 * SHA-256 of the JSON Schemas of the contract. The test that computes it fails when a schema changes, so that nobody
 * changes the wire without noticing; set it to the value that the test prints, and `apiVersion` where the change asks for it.
 */
export const apiSchemaSha256 = '39b3b2023ded2ffdf60defc66a66f864ede33e6104ec5610a28d2b231ce1e0f3'
