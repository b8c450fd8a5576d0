import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { type MailServer, openMailServer, type SMTPServerOptions } from '../../../../test/fixtures/mail-server.ts'
import { localTlsIdentity, tlsIdentity } from '../../../../test/fixtures/tls-identity.ts'
import { isMailAddress } from './mail-address.ts'
import { createMailer, type SmtpMailerOptions } from './smtp-mailer.ts'

const from = 'Mien at Shop <mien@shop.example>'
const message = {
  to: 'ada@example.com',
  subject: 'Your face sign-in — Ada',
  text: 'Open https://mien.example/a?b=c&d=e',
  html: '<a href="https://mien.example/">Open</a>',
}
const password = 'pass word@1'
const credentials = `mien:${encodeURIComponent(password)}@`
const ca = localTlsIdentity.cert

let server: MailServer | undefined
afterEach(() => server?.close())

const open = async (options?: SMTPServerOptions) => {
  server = await openMailServer(options)
  return server
}
const mailer = (authority: string, options: SmtpMailerOptions = {}, scheme = 'smtp') =>
  createMailer({ url: `${scheme}://${authority}`, from }, { timeoutMs: 2000, ...options })
const fails = (sent: Promise<void>) => expect(sent).rejects.toMatchObject({ code: 'MAIL_FAILED' })

/** Lets only the right password in, over TLS only. */
const guarded: SMTPServerOptions = {
  ...localTlsIdentity,
  disabledCommands: [],
  onAuth: (auth, _, done) =>
    auth.username === 'mien' && auth.password === password ? done(null, { user: 'mien' }) : done(new Error('wrong')),
}

describe('mail', () => {
  test('reaches the server with sender, subject and both bodies', async () => {
    const { host, received } = await open()
    await mailer(host).send(message)
    expect(received).toHaveLength(1)
    expect(received[0]).toMatchObject({ from: 'mien@shop.example', to: ['ada@example.com'] })
    expect(received[0]!.source).toContain('From: Mien at Shop <mien@shop.example>\r\nTo: ada@example.com\r\n')
    expect(received[0]!.source).toMatch(/multipart\/alternative[\s\S]+text\/plain[\s\S]+text\/html/)
  })

  test('is sent after STARTTLS and a login, when the certificate is trusted', async () => {
    const { host, received } = await open(guarded)
    await mailer(credentials + host, { ca }).send(message)
    expect(received).toHaveLength(1)
  })

  test('is sent over TLS from the first byte', async () => {
    const { host, received } = await open({ ...guarded, secure: true })
    await mailer(credentials + host, { ca }, 'smtps').send(message)
    expect(received).toHaveLength(1)
  })

  test('a line end in a subject starts no header', async () => {
    const { host, received } = await open()
    await mailer(host).send({ ...message, subject: 'Hello\r\nBcc: eve@example.com\r\n\r\nbody' })
    expect(received[0]).toMatchObject({ to: ['ada@example.com'] })
    expect(received[0]!.source).not.toMatch(/^bcc:/im)
  })
})

describe('mail is not sent', () => {
  test.each([
    ['a line end with a header', 'ada@example.com\r\nBcc: eve@example.com'],
    ['a line feed', 'ada@example.com\n'],
    ['two addresses', 'ada@example.com, eve@example.com'],
    ['two with a semicolon', 'ada@example.com;eve@example.com'],
    ['a group', 'team: ada@example.com, eve@example.com;'],
    ['a name beside it', 'Ada <ada@example.com>'],
    ['quotes', '"ada eve"@example.com'],
    ['a comment', 'ada@example.com (eve@example.com)'],
    ['two at signs', 'ada@eve@example.com'],
    ['NUL', 'ada@example.com\0'],
    ['a change of direction', 'ada\u202e@example.com'],
    ['no domain', 'ada@'],
    ['too long', `${'a'.repeat(65)}@example.com`],
    ['too long a domain', `a@${'b'.repeat(250)}.com`],
    ['nothing', ''],
  ])('to what is not one address: %s', async (_, to) => {
    const { host, received } = await open()
    await expect(mailer(host).send({ ...message, to })).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    expect(received).toEqual([])
  })

  test('where none is configured', async () => {
    const none = createMailer(null)
    expect([none.isConfigured, mailer('localhost').isConfigured]).toEqual([false, true])
    await expect(none.send(message)).rejects.toMatchObject({ code: 'MAIL_NOT_CONFIGURED' })
  })

  test('when the server refuses the recipient, whom no log names', async () => {
    const refuse: SMTPServerOptions['onRcptTo'] = ({ address }, _, done) => done(new Error(`no mailbox ${address}`))
    const { host } = await open({ onRcptTo: refuse })
    const error = await mailer(host)
      .send(message)
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'MAIL_FAILED', cause: { message: 'EENVELOPE: the mail server answered 550' } })
    expect(inspect(error, { depth: 9 })).not.toContain(message.to)
  })

  test('when nobody listens', async () => {
    const { host } = await open()
    await server!.close()
    server = undefined
    await fails(mailer(host).send(message))
  })

  test('when the server never says a word', async () => {
    const silent = createServer((socket) => socket.on('error', () => {}))
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    await fails(mailer(`localhost:${(silent.address() as AddressInfo).port}`, { timeoutMs: 100 }).send(message))
    silent.close()
  })

  test('when the server falls silent after the message', async () => {
    const { host } = await open({ onData: (stream) => void stream.resume() })
    await fails(mailer(host, { timeoutMs: 200 }).send(message))
  })

  test('with a wrong password, which no error tells', async () => {
    const { host, received } = await open(guarded)
    const wrong = 'hunter2hunter2'
    const error = await mailer(`mien:${wrong}@${host}`, { ca })
      .send(message)
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'MAIL_FAILED' })
    for (const secret of [wrong, Buffer.from(`\0mien\0${wrong}`).toString('base64')]) {
      expect(inspect(error, { depth: 9 })).not.toContain(secret)
    }
    expect(received).toEqual([])
  })

  test.each([
    ['that nobody signed', guarded],
    ['of another name', { ...guarded, ...tlsIdentity }],
  ])('to a server with a certificate %s', async (_, options) => {
    const { host, received } = await open(options)
    const trusted = options === guarded ? {} : { ca: tlsIdentity.cert }
    await fails(mailer(credentials + host, trusted).send(message))
    await fails(mailer(host, trusted).send(message))
    expect(received).toEqual([])
  })

  test('with a password, over a connection that cannot be encrypted', async () => {
    let asked = false
    const { host, received } = await open({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => {
        asked = true
        done(null, { user: 'mien' })
      },
    })
    await fails(mailer(credentials + host).send(message))
    expect([asked, received]).toEqual([false, []])
  })
})

test.each(['ada@example.com', "o'neil+face@mail.example.co", 'ädä@exämple.com', `${'a'.repeat(64)}@example.com`])(
  '%s is an address',
  (text) => expect(isMailAddress(text)).toBe(true),
)
