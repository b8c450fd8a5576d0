import { adaptiveStyles } from './adaptive-styles.ts'
import { cameraStyles } from './camera-styles.ts'
import { element } from './dom.ts'
import { frameStyles } from './frame-styles.ts'
import { pinStyles } from './pin-styles.ts'
import { themeStyles } from './theme-styles.ts'

const css = themeStyles + frameStyles + cameraStyles + pinStyles + adaptiveStyles

/** Constructable style sheets are exempt from a page's style-src; a <style> element needs the page's nonce. */
export function addStyles(root: ShadowRoot, nonce: string | undefined): void {
  if ('adoptedStyleSheets' in root && 'replaceSync' in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    root.adoptedStyleSheets = [sheet]
  } else {
    root.append(element('style', { nonce }, css))
  }
}
