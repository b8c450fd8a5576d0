/** What a page that we host ourselves may do. Everything comes from this origin. */
export interface PagePolicy {
  /** Runs the widget: WebAssembly and its worker. The camera preview is a media stream, which no source list governs. */
  readonly hasWidget: boolean
  /** Origins whose pages may frame it; none: nobody. */
  readonly framedBy: readonly string[]
}

/** Nothing inline, nothing from elsewhere, and no text becomes script: what has to, has a policy by name. */
export function contentPolicyOf({ hasWidget, framedBy }: PagePolicy): string {
  const framers = framedBy.filter((origin) => plainOrigin.test(origin))
  return [
    "default-src 'none'",
    // WebAssembly has its own keyword (https://www.w3.org/TR/CSP3/#can-compile-wasm-bytes).
    hasWidget ? "script-src 'self' 'wasm-unsafe-eval'" : "script-src 'self'",
    "style-src 'self'",
    hasWidget ? "img-src 'self'" : "img-src 'self' data:",
    "connect-src 'self'",
    ...(hasWidget ? ["worker-src 'self'"] : []),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${framers.length === 0 ? "'none'" : framers.join(' ')}`,
    "require-trusted-types-for 'script'",
    `trusted-types ${hasWidget ? 'mien-worker' : 'default dompurify'}`,
  ].join('; ')
}

/** As `URL.origin` spells it, of a host name or an address: nothing that could end a word or a directive of the policy. */
const plainOrigin = /^https?:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?$/

/** What a page asks of the device. A frame gets the camera only where the page around it hands it on, too. */
export const permissionsOf = ({ hasWidget }: PagePolicy): string =>
  `camera=(${hasWidget ? 'self' : ''}), microphone=(), geolocation=(), display-capture=()`
