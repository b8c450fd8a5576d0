/** Version of the native wire contract. A breaking change is a new major and a new path prefix. */
export const apiVersion = '1.2.0'

/**
 * SHA-256 of the JSON Schemas of the contract. The test that computes it fails when a schema changes, so that nobody
 * changes the wire without noticing; set it to the value that the test prints, and `apiVersion` where the change asks for it.
 */
export const apiSchemaSha256 = 'b4b7e8b737313cc92f08a8801da73ac7a114f83dc799aff4016f26c24ef932b3'
