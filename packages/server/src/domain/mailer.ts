export interface MailMessage {
  /** One address and nothing else. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Sends mail to the people who are to be enrolled. */
export interface Mailer {
  /** False where the operator named no mail server: `send` then always fails. */
  readonly isConfigured: boolean
  /**
   * Resolves once a mail server took the message over.
   *
   * @throws MienError MAIL_NOT_CONFIGURED, MAIL_FAILED; REQUEST_INVALID for what is not one address
   */
  send(message: MailMessage): Promise<void>
}
