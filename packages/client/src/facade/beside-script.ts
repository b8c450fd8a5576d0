/** Where a script of ours came from, which is where the server is unless the page says otherwise. */
export interface BesideScript {
  /** Address of the widget's module. */
  readonly widgetUrl: string
  /** Without a slash at the end. */
  readonly endpoint: string
  /** Asked for with `?legacyErrors` after the script's name, for pages that should not change beyond the address. */
  readonly legacyErrors: boolean
}

/** To be called while the script runs for the first time. */
export function besideScript(fileName: string): BesideScript {
  const address = addressOf(fileName) ?? location.href
  return {
    widgetUrl: new URL('widget.js', address).href,
    endpoint: new URL('.', address).href.replace(/\/$/, ''),
    legacyErrors: new URL(address).searchParams.has('legacyErrors'),
  }
}

function addressOf(fileName: string): string | undefined {
  const current = document.currentScript
  if (current instanceof HTMLScriptElement) return current.src
  // No script is current when this one was loaded as a module: then it is found by its name.
  return [...document.scripts].map(({ src }) => src).find((src) => new RegExp(`/${fileName}([?#]|$)`).test(src))
}
