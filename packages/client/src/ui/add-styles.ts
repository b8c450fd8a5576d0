import { element } from './dom.ts'

/** Constructable style sheets are exempt from a page's style-src; a <style> element needs the page's nonce. */
export function addStyles(root: ShadowRoot, css: string, nonce: string | undefined): void {
  if ('adoptedStyleSheets' in root && 'replaceSync' in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
  } else {
    root.append(element('style', { nonce }, css))
  }
}
