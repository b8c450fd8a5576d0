import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, it } from 'vitest'
import { FaceSignIn, type FaceSignInProps } from './face-sign-in.ts'
import { useMien } from './use-mien.ts'

const publicId = 'mp_test'

it('renders on a server as a button with the page’s own attributes and label', () => {
  expect(renderToString(createElement(FaceSignIn, { publicId, className: 'big' }))).toBe(
    '<button type="button" aria-disabled="false" class="big">Sign in with your face</button>',
  )
  expect(renderToString(createElement(FaceSignIn, { publicId, operation: 'enroll' }))).toContain('Set up face sign-in')
  expect(renderToString(createElement(FaceSignIn, { publicId }, 'Join'))).toContain('>Join</button>')
})

it('renders what the page makes of it instead', () => {
  const props: FaceSignInProps = { publicId, children: ({ busy }) => createElement('b', null, String(busy)) }
  const html = renderToString(createElement(FaceSignIn, props))
  expect(html).toBe('<b>false</b>')
})

const Status = () => useMien(publicId).call.status

it('is idle on a server', () => {
  expect(renderToString(createElement(Status))).toBe('idle')
})
