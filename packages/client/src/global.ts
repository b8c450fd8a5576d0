/**
 * `fio.js`: `<script src="https://your-server/fio.js"></script>` gives `window.faceIO` and `window.fioErrCode` at once.
 * The widget itself is the ES module beside this script.
 */
import { deferredFaceIo } from './facade/deferred-face-io.ts'
import { fioErrCode } from './facade/fio-err-code.ts'

/** No script is current when this one was loaded as a module: then it is found by its name. */
const script = document.currentScript ?? [...document.scripts].find(({ src }) => /\/fio\.js(\?|#|$)/.test(src))
const address = script instanceof HTMLScriptElement ? script.src : location.href
const widgetUrl = new URL('widget.js', address).href
const endpoint = new URL('.', address).href.replace(/\/$/, '')

Object.assign(window, {
  faceIO: deferredFaceIo(() => import(/* @vite-ignore */ widgetUrl), endpoint),
  fioErrCode,
})
