import type { MailMessage } from '../../domain/mailer.ts'

export interface ActivationMail {
  readonly to: string
  readonly applicationName: string
  /** Opens the enrolment page, for whoever has it. */
  readonly link: string
  readonly expiresAt: Date
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => escapes[character]!)

const dates = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

/** What a person reads who is invited to sign in by face. */
export function composeActivationMail({ to, applicationName, link, expiresAt }: ActivationMail): MailMessage {
  const paragraphs = [
    `${applicationName} invites you to set up signing in with your face.`,
    'Open this link on a phone or a computer with a camera:',
    `The link works once, until ${dates.format(expiresAt)} UTC, and for whoever opens it: please do not pass it on.`,
    'The page says what is measured and kept before the camera is opened, and asks whether you agree.',
    'If you do not want this, or did not expect it, ignore this message: nothing happens.',
  ]
  const [invitation, instruction, ...rest] = paragraphs
  const html = [
    ...[invitation!, instruction!].map(escapeHtml),
    `<a href="${escapeHtml(link)}">${escapeHtml(link)}</a>`,
    ...rest.map(escapeHtml),
  ]
  return {
    to,
    subject: `Set up signing in with your face: ${applicationName}`,
    text: `${[invitation, instruction, link, ...rest].join('\n\n')}\n`,
    html: `<!doctype html><html lang="en"><body>${html.map((line) => `<p>${line}</p>`).join('')}</body></html>`,
  }
}
