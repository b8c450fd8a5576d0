import type { Words } from '../words.ts'

export const en: Words = {
  opening: 'Opening your link…',
  lead: '{application} invites you to sign in with your face from now on. It is your choice.',
  points: {
    consent: 'You read what is done with your face, and decide.',
    pin: 'You choose a PIN.',
    camera: 'You look into the camera for a few seconds.',
  },
  until: 'This link works until {time}.',
  close: 'You can close this page now.',
  fault: 'It is not your fault. Try again later, or tell whoever sent you the link: the code below helps them.',
  unknown: {
    title: 'This link does not work',
    advice: 'Open it again from the message, or scan the code again. If that does not help, ask for a new one.',
  },
  expired: {
    title: 'This link is no longer valid',
    advice: 'Its time is up, or it was tried too often. Ask for a new one where you got it.',
  },
  used: {
    title: 'This link was used already',
    advice: 'If that was you, all is done and you can close this page. Otherwise ask for a new one.',
  },
  otherPurpose: {
    title: 'This link is for something else',
    advice: 'It does not set up face sign-in. Ask for another one where you got it.',
  },
}
