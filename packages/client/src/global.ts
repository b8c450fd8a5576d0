/**
 * `fio.js`: `<script src="https://your-server/fio.js"></script>` gives `window.faceIO` and `window.fioErrCode` at once.
 * The widget itself is the ES module beside this script.
 */
import { besideScript } from './facade/beside-script.ts'
import { deferredFaceIo } from './facade/deferred-face-io.ts'
import { fioErrCode } from './facade/fio-err-code.ts'

const { widgetUrl, ...defaults } = besideScript('fio.js')

Object.assign(window, {
  faceIO: deferredFaceIo(() => import(/* @vite-ignore */ widgetUrl), defaults),
  fioErrCode,
})
