import type { JsonValue, SessionOperation } from '@mien/shared/api/fields'
import { abortWith, type CallAbort } from '../facade/abort-with.ts'
import type { FaceIoApi, FaceIoConstructor } from '../facade/face-io-api.ts'
import type {
  FaceIoAuthenticateOptions,
  FaceIoCallOptions,
  FaceIoEnrollOptions,
  FaceIoLookOptions,
} from '../facade/face-io-types.ts'
import { fioErrCode } from '../facade/fio-err-code.ts'
import { FioError } from '../facade/fio-error.ts'
import type { loadOfflineWords } from '../i18n/load-offline-words.ts'
import type { OfflineDevice } from '../offline/offline-device.ts'
import type { OfflineNews } from '../offline/offline-news.ts'
import type { OfflineMode } from '../offline/open-offline.ts'
import { callOptionsOf } from './call-options.ts'
import type { MienFaceElement, MienFaceEventMap, MienFaceProperties } from './mien-face-types.ts'
import { createMienFaceView } from './mien-face-view.ts'
import { kinds, reflect } from './reflect.ts'
import { createSyncLine } from './sync-line.ts'

const reflected = {
  appId: 'text',
  endpoint: 'text',
  offline: 'text',
  locale: 'text',
  session: 'text',
  theme: 'text',
  name: 'text',
  submit: 'flag',
  disabled: 'flag',
  showAbort: 'flag',
  userConsent: 'flag',
  permissionTimeout: 'number',
  termsTimeout: 'number',
  idleTimeout: 'number',
  replyTimeout: 'number',
  enrollIntroTimeout: 'number',
  failureTimeout: 'number',
} as const satisfies Record<Exclude<keyof MienFaceProperties, 'operation'>, keyof typeof kinds>

const operations: readonly string[] = ['enroll', 'authenticate', 'liveness', 'age_verify'] satisfies SessionOperation[]
const isOperation = (text: string | null): text is SessionOperation => text !== null && operations.includes(text)

type EventName = keyof MienFaceEventMap
type Detail<Name extends EventName> = MienFaceEventMap[Name]['detail']
/** Each tells of how one call ended well, with the server. */
type ResultEvent = 'mien-enroll' | 'mien-authenticate' | 'mien-liveness' | 'mien-age'
type OfflineDetail = Detail<'mien-offline-result'>

const isOfflineMode = (text: string | null): text is OfflineMode => text === 'kiosk' || text === 'own-device'

/**
 * The class behind `<mien-face>`. Only in a page: a server has no HTMLElement to build on.
 *
 * @param loadWords fetches them from beside the widget
 */
export function createMienFace(
  FaceIo: FaceIoConstructor,
  loadWords: typeof loadOfflineWords,
): new () => MienFaceElement {
  class MienFace extends HTMLElement {
    static readonly formAssociated = true
    static readonly observedAttributes = [
      'app-id',
      'endpoint',
      'offline',
      'theme',
      'failure-timeout',
      'operation',
      'disabled',
    ]
    readonly #internals = this.attachInternals()
    readonly #view = createMienFaceView(this.attachShadow({ mode: 'open', delegatesFocus: true }))
    #widget: FaceIoApi<OfflineMode | false> | undefined
    #running: CallAbort | undefined
    #resultCode: string | null = null
    #isFormDisabled = false
    #say: ((news: OfflineNews) => Promise<void>) | undefined

    constructor() {
      super()
      this.#view.setOperation('authenticate')
      this.#view.button.addEventListener('click', () => this.#press())
    }

    get operation(): SessionOperation {
      const text = this.getAttribute('operation')
      return isOperation(text) ? text : 'authenticate'
    }

    set operation(operation: SessionOperation) {
      this.setAttribute('operation', operation)
    }

    get payload(): JsonValue | undefined {
      return callOptionsOf(this).payload
    }

    set payload(payload: JsonValue | undefined) {
      kinds.text.write(this, 'payload', payload === undefined ? null : JSON.stringify(payload))
    }

    get busy(): boolean {
      return this.#running !== undefined
    }

    get resultCode(): string | null {
      return this.#resultCode
    }

    get form(): HTMLFormElement | null {
      return this.#internals.form
    }

    enroll(options?: FaceIoEnrollOptions) {
      return this.#run('mien-enroll', options, (widget, told) => widget.enroll(told))
    }

    authenticate(options?: FaceIoAuthenticateOptions) {
      return this.#run('mien-authenticate', options, (widget, told) => widget.authenticate(told))
    }

    liveness(options?: FaceIoLookOptions) {
      return this.#run('mien-liveness', options, (widget, told) => widget.liveness(told))
    }

    ageVerify(options?: FaceIoLookOptions) {
      return this.#run('mien-age', options, (widget, told) => widget.ageVerify(told))
    }

    logoutDevice(): Promise<void> {
      return this.#getWidget().logoutDevice()
    }

    openOffline(): Promise<OfflineDevice> {
      return this.#getWidget().openOffline()
    }

    abort(): void {
      this.#running?.abort()
    }

    attributeChangedCallback(name: string): void {
      if (name === 'operation') this.#view.setOperation(this.operation)
      else if (name === 'disabled') this.#showDisabled()
      else this.#renew()
    }

    connectedCallback(): void {
      this.#syncWhileHere()
    }

    formDisabledCallback(isDisabled: boolean): void {
      this.#isFormDisabled = isDisabled
      this.#showDisabled()
    }

    formResetCallback(): void {
      this.#keep(null)
    }

    disconnectedCallback(): void {
      // An element that only moves is connected again by then.
      queueMicrotask(() => {
        if (this.isConnected) return
        this.abort()
        this.#letGo()
      })
    }

    #renew(): void {
      this.#letGo()
      this.#syncWhileHere()
    }

    /** What waits is told without anybody pressing anything. Where the device does not open, the next call says so. */
    #syncWhileHere(): void {
      const isWanted = this.isConnected && isOfflineMode(this.getAttribute('offline'))
      const locale = this.getAttribute('locale') ?? 'auto'
      const countWaiting = async () => (await (await this.#widget?.openOffline())?.status())?.waiting
      this.#say = isWanted
        ? createSyncLine({ locale, loadWords, countWaiting, show: this.#view.setStanding })
        : undefined
      this.#view.setStanding(isWanted ? '' : undefined)
      // All attributes that are set together are there by then.
      if (isWanted) queueMicrotask(() => this.isConnected && this.#openAndSay().catch(() => undefined))
    }

    async #openAndSay(): Promise<void> {
      const { waiting } = await (await this.openOffline()).status()
      if (waiting > 0) await this.#say?.({ name: 'waiting', count: waiting })
    }

    #hear(news: OfflineNews): void {
      this.#tell('mien-offline', news)
      this.#say?.(news).catch(() => undefined)
    }

    /** Another call makes another widget. One that is in use lets go of its worker at the end of the call. */
    #letGo(): void {
      if (!this.busy) this.#widget?.dispose()
      this.#widget = undefined
    }

    #press(): void {
      if (this.busy) return
      // Whoever uses the button hears of failures by the event.
      const call = {
        enroll: 'enroll',
        authenticate: 'authenticate',
        liveness: 'liveness',
        age_verify: 'ageVerify',
      } as const
      this[call[this.operation]]().catch(() => undefined)
    }

    async #run<Name extends ResultEvent>(
      event: Name,
      options: FaceIoCallOptions = {},
      call: (
        widget: FaceIoApi<OfflineMode | false>,
        told: FaceIoEnrollOptions,
      ) => Promise<Detail<Name> | OfflineDetail>,
    ): Promise<Detail<Name> | OfflineDetail> {
      if (this.busy) throw new FioError(fioErrCode.SESSION_IN_PROGRESS, { message: 'Another operation is in progress' })
      const running = this.#begin(options.signal)
      const { signal } = running
      const widget = this.#getWidget()
      const onState: FaceIoCallOptions['onState'] = (state) => {
        this.#tell('mien-state', state)
        options.onState?.(state)
      }
      try {
        const result = await call(widget, { ...callOptionsOf(this), ...options, signal, onState })
        this.#end(widget)
        if ('resultCode' in result) this.#keep(result.resultCode)
        if ('offline' in result) this.#tell('mien-offline-result', result as OfflineDetail)
        else this.#tell(event, result as Detail<Name>)
        if ('resultCode' in result && this.hasAttribute('submit')) this.form?.requestSubmit()
        return result
      } catch (error) {
        this.#end(widget)
        this.#tell('mien-error', error as FioError)
        throw error
      }
    }

    #begin(outer: AbortSignal | undefined): CallAbort {
      const running = abortWith(outer)
      this.#running = running
      this.#keep(null)
      this.#showBusy()
      return running
    }

    #end(widget: FaceIoApi<OfflineMode | false>): void {
      this.#running?.forget()
      this.#running = undefined
      if (widget !== this.#widget) widget.dispose()
      this.#showBusy()
    }

    #keep(resultCode: string | null): void {
      this.#resultCode = resultCode
      this.#internals.setFormValue(resultCode)
    }

    #getWidget(): FaceIoApi<OfflineMode | false> {
      const endpoint = this.getAttribute('endpoint')
      const offline = this.getAttribute('offline')
      const theme = this.getAttribute('theme')
      const failureTimeout = kinds.number.read(this, 'failure-timeout')
      this.#widget ??= new FaceIo(this.getAttribute('app-id') ?? '', {
        ...(endpoint === null ? {} : { endpoint }),
        ...(isOfflineMode(offline) ? { offline, onOffline: (news) => this.#hear(news) } : {}),
        ...(failureTimeout === null ? {} : { failureTimeout }),
        ...(theme === 'light' || theme === 'dark' ? { theme } : {}),
        nonce: this.nonce,
      })
      return this.#widget
    }

    #showBusy(): void {
      this.#view.setBusy(this.busy)
      this.toggleAttribute('busy', this.busy)
    }

    #showDisabled(): void {
      this.#view.setDisabled(this.#isFormDisabled || this.hasAttribute('disabled'))
    }

    #tell<Name extends EventName>(name: Name, detail: Detail<Name>): void {
      this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
    }
  }
  reflect(MienFace.prototype, reflected)
  // The accessors that `reflect` adds are not in the class's own type.
  return MienFace as unknown as new () => MienFaceElement
}
