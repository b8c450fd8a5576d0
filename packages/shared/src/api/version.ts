/** Version of the native wire contract. A breaking change is a new major and a new path prefix. */
export const apiVersion = '1.4.0'

/**
 * SHA-256 of the JSON Schemas of the contract. The test that computes it fails when a schema changes, so that nobody
 * changes the wire without noticing; set it to the value that the test prints, and `apiVersion` where the change asks for it.
 */
export const apiSchemaSha256 = 'd3d00e769f33ab52fc784a28893b2d7f21f1aa8783eb4fa16866fd0c45c296be'

/** As `apiSchemaSha256`, of `sync.ts` alone: devices that are away for weeks speak it. A change asks for another `syncProtocol`. */
export const syncSchemaSha256 = '8dd94ed3e7e98790f6615c2760bb816238107d64fe89c519fc7f4fafc83834d7'
