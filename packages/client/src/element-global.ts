/** `mien-face.js`: `<script src="https://your-server/mien-face.js"></script>` defines `<mien-face>`. */
import { createMienFace } from './element/create-mien-face.ts'
import { besideScript } from './facade/beside-script.ts'
import { deferredFaceIo } from './facade/deferred-face-io.ts'

const { widgetUrl, endpoint } = besideScript('mien-face.js')

const load = () => import(/* @vite-ignore */ widgetUrl)

if (!customElements.get('mien-face')) {
  customElements.define(
    'mien-face',
    createMienFace(deferredFaceIo(load, { endpoint }), async (locale) => (await load()).loadOfflineWords(locale)),
  )
}
