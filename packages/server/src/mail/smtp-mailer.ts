import { MienError } from '@mien/shared/errors'
import { createTransport } from 'nodemailer'
import type { Mailer } from '../domain/mailer.ts'
import { isMailAddress } from './mail-address.ts'

export interface SmtpSettings {
  /** `smtp://` or `smtps://`, with user and password where the server asks for them. A secret. */
  readonly url: string
  /** An address, or `Name <address>`. */
  readonly from: string
}

export interface SmtpMailerOptions {
  /** Longest wait for a connection, a greeting, or any next word of the server. */
  readonly timeoutMs?: number
  /** Certificate authority to trust instead of the system's, PEM. For tests. */
  readonly ca?: string
}

/** Mail through the operator's server, or a mailer that says that there is none. */
export const createMailer = (settings: SmtpSettings | null, options?: SmtpMailerOptions): Mailer =>
  settings === null ? unconfigured : createSmtpMailer(settings, options)

const unconfigured: Mailer = {
  isConfigured: false,
  send: () => Promise.reject(new MienError('MAIL_NOT_CONFIGURED')),
}

function createSmtpMailer({ url, from }: SmtpSettings, { timeoutMs = 10_000, ca }: SmtpMailerOptions = {}): Mailer {
  const transport = createTransport({
    ...serverOf(new URL(url)),
    tls: ca === undefined ? {} : { ca },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    isConfigured: true,
    async send({ to, subject, text, html }) {
      if (!isMailAddress(to)) throw new MienError('REQUEST_INVALID', { message: 'This is not one mail address' })
      try {
        await transport.sendMail({ from, to: { name: '', address: to }, subject, text, html })
      } catch (thrown) {
        throw new MienError('MAIL_FAILED', { cause: withoutAnswer(thrown as ServerError) })
      }
    },
  }
}

/** What the transport throws, with the server's own words where it spoke. */
type ServerError = Error & { readonly code?: string; readonly responseCode?: number }

/** The words of a server that refuses name the person who was written to, and causes are logged. */
const withoutAnswer = (error: ServerError): Error =>
  error.responseCode === undefined ? error : new Error(`${error.code}: the mail server answered ${error.responseCode}`)

/** Only what is read here: a URL could otherwise switch the check of certificates off. Passwords travel encrypted or not at all. */
function serverOf({ protocol, hostname, port, username, password }: URL) {
  const secure = protocol === 'smtps:'
  const hasUser = username !== ''
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: hasUser && !secure,
    ...(hasUser ? { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } } : {}),
  }
}
