import { createElement, StrictMode, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { FaceSignIn } from '../../../packages/client/src/react/face-sign-in.ts'
import { useMien } from '../../../packages/client/src/react/use-mien.ts'

const query = new URLSearchParams(location.search)
const publicId = query.get('app') ?? ''
const options = { endpoint: query.get('endpoint') ?? '', failureTimeout: 0 }
const how = { locale: 'en', userConsent: true, enrollIntroTimeout: 0 }

/** Signs in as soon as it is there: under StrictMode React mounts it, takes it away and mounts it again. */
function AtOnce() {
  const { call, authenticate } = useMien(publicId, { ...options })
  useEffect(() => {
    void authenticate(how)
  }, [authenticate])
  if (call.status === 'done') return createElement('output', null, `${call.name} ${call.status}`)
  return createElement('output', null, call.status === 'failed' ? `failed ${call.error.code}` : call.status)
}

function Page() {
  const [told, tell] = useState('')
  const [isAtOnce, setAtOnce] = useState(false)
  return createElement(
    'main',
    null,
    createElement(
      FaceSignIn,
      {
        publicId,
        options,
        operation: 'enroll',
        callOptions: how,
        onEnroll: ({ facialId }) => tell(`enrolled ${facialId}`),
        onError: (error) => tell(`error ${error.code}`),
      },
      'Join',
    ),
    createElement('button', { type: 'button', onClick: () => setAtOnce(!isAtOnce) }, 'Toggle'),
    createElement('p', { id: 'told' }, told),
    isAtOnce ? createElement(AtOnce) : null,
  )
}

createRoot(document.getElementById('root')!).render(createElement(StrictMode, null, createElement(Page)))
// A page that takes the component away while the widget, which is modal, is open.
Object.assign(window, { toggle: () => [...document.querySelectorAll('button')].at(-1)?.click() })
