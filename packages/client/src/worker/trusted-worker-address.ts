/** What the browser's Trusted Types give, as far as we need them; absent where a browser has none. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string | object }
}

/** A page's policy allows it with `trusted-types mien-worker`. */
const policyName = 'mien-worker'

/** The worker's own file, and the blob that imports it for pages of other origins: nothing else becomes a script through us. */
const isWorkerAddress = (url: string): boolean => url.startsWith('blob:') || /\.m?js$/.test(new URL(url).pathname)

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined

/**
 * The address as a page that requires Trusted Types takes it (https://www.w3.org/TR/trusted-types/).
 *
 * @param url absolute
 * @throws TypeError where the page's policy does not name ours, or the address is not a worker's
 */
export function trustedWorkerAddress(url: string): string | object {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes }
  if (trustedTypes === undefined) return url
  policy ??= trustedTypes.createPolicy(policyName, {
    createScriptURL(given) {
      if (!isWorkerAddress(given)) throw new TypeError('Not the address of a worker')
      return given
    },
  })
  return policy.createScriptURL(url)
}
