/** Bundlers give an asset's address relative to the module, to the site, or whole; workers of a blob need it whole. */
export const absolute = (url: string, moduleUrl: string): string => new URL(url, moduleUrl).href
