/** Version of the native wire contract. A breaking change is a new major and a new path prefix. */
export const apiVersion = '1.0.0'

/**
 * SHA-256 of the JSON Schemas of the contract. The test that computes it fails when a schema changes, so that nobody
 * changes the wire without noticing; set it to the value that the test prints, and `apiVersion` where the change asks for it.
 */
export const apiSchemaSha256 = 'c30742d8c4e8f3dc0c720183a86bd2176d186f27767e576dae6ecaedd23fde46'
