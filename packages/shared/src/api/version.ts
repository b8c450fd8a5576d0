/** Version of the native wire contract. A breaking change is a new major and a new path prefix. */
export const apiVersion = '1.2.0'

/**
 * SHA-256 of the JSON Schemas of the contract. The test that computes it fails when a schema changes, so that nobody
 * changes the wire without noticing; set it to the value that the test prints, and `apiVersion` where the change asks for it.
 */
export const apiSchemaSha256 = 'cac5b733a9300e61b87b590b7f59cad9def4b4481bf62755bdb3f6dfa90adb39'
