/** Version of the native wire contract. A breaking change is a new major and a new path prefix. */
export const apiVersion = '1.1.0'

/**
 * SHA-256 of the JSON Schemas of the contract. The test that computes it fails when a schema changes, so that nobody
 * changes the wire without noticing; set it to the value that the test prints, and `apiVersion` where the change asks for it.
 */
export const apiSchemaSha256 = '0d64dd95d141dbfe1c21f4928de7c4b0e9843be4810770d5307775ee85d65653'
