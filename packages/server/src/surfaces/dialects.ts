/** Systems whose REST dialect the server speaks beside its own, each under `/compat/<name>`. */
export const dialectNames = ['faceio'] as const

export type DialectName = (typeof dialectNames)[number]

export const dialectRoot = (name: DialectName): string => `/compat/${name}`
