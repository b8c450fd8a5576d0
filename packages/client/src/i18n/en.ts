import type { Messages } from './messages.ts'

export const en = {
  locale: 'en',
  direction: 'ltr',
  title: {
    enroll: 'Set up face sign-in',
    authenticate: 'Sign in with your face',
    liveness: 'Check that you are here',
    age_verify: 'Check your age',
  },
  action: {
    close: 'Close',
    cancel: 'Cancel',
    accept: 'I agree',
    decline: 'No, thanks',
    again: 'Try again',
    finish: 'Done',
    confirm: 'Continue',
    skip: 'Continue without a PIN',
    showPin: 'Show PIN',
    hidePin: 'Hide PIN',
    chooseCamera: 'Camera',
    switchCamera: 'Switch camera',
    start: 'Start',
    deleteDigit: 'Delete the last digit',
  },
  preparing: {
    title: 'Getting ready',
    session: 'Connecting…',
    models: 'Loading face recognition. It is kept for next time.',
    bytes: '{loaded} of {total}',
    runtime: 'Starting face recognition…',
    progress: 'Loading',
  },
  consent: {
    title: 'Before we look at your face',
    lead: '{application} would like to recognise you by your face. It is your choice.',
    points: [
      {
        title: 'What is computed',
        text: 'This browser looks at your face through the camera and turns it into a list of numbers, called a face template.',
      },
      {
        title: 'What leaves this device',
        text: 'Face templates are sent, with a few measurements such as light and position. No picture and no video leave this device.',
      },
      {
        title: 'Who keeps it',
        text: '{application} keeps the template, to recognise you here and for nothing else. A template is personal data: treat it as you would a photo.',
      },
      {
        title: 'How to take it back',
        text: 'You can have it deleted at any time: ask {application}. You will not be recognised after that.',
      },
    ],
    closing: 'If you agree, your face is captured once now.',
    ageGate: {
      title: 'Your age',
      text: 'This device guesses from your face whether you are old enough. {application} is told only yes or no.',
    },
    details: {
      title: 'Your age and gender',
      text: 'This device guesses both from your face, and {application} is told. A guess can be wrong.',
    },
    purpose: 'What it is for',
    version: 'Version {version}',
  },
  intro: {
    title: 'Three things that help',
    points: ['Face the light, not with your back to it', 'Take off dark glasses or a mask', 'Be alone in the picture'],
    countdown: 'It starts by itself in {seconds}',
  },
  permission: {
    title: 'Allow the camera',
    text: 'Your browser is asking whether this page may use the camera. Choose “Allow”.',
    privacy: 'The picture stays on this device.',
  },
  guidance: {
    'no-face': 'Bring your face into the oval',
    'many-faces': 'Only one person, please',
    closer: 'Come a little closer',
    back: 'Move back a little',
    left: 'Move to your left',
    right: 'Move to your right',
    up: 'Move up a little',
    down: 'Move down a little',
    'more-light': 'It is too dark here: find more light',
    'less-light': 'It is too bright here: find softer light',
    backlight: 'The light is behind you: turn around',
    'look-straight': 'Look straight at the screen',
    'uncover-mouth': 'Take off your mask, or uncover your mouth',
    'uncover-eyes': 'Take off your dark glasses',
    'open-eyes': 'Open your eyes',
    'hold-still': 'Hold still',
  },
  camera: {
    preview: 'Mirror image from your camera',
    plainPreview: 'Image from your camera',
    progress: 'Capture',
    intro: 'The camera is on. Hold the device in front of your face and follow the instructions.',
    capturing: 'Hold still, capturing',
    local: 'The picture stays on this device',
  },
  active: {
    actions: {
      turn_left: 'Turn your head to your left',
      turn_right: 'Turn your head to your right',
      blink: 'Close your eyes for a moment',
      come_closer: 'Come closer to the screen',
      hold: 'Stay as you are for a moment',
    },
    step: 'Step {step} of {steps}',
    holdInstead: 'Go on without moving',
    stepDone: 'Done',
  },
  pictures: {
    title: 'Pictures will be sent',
    leaves:
      'Face templates are sent, with a few measurements such as light and position. So are a few small pictures of your face: the server looks at them in memory, to check that you are really here, and does not keep them.',
    colours:
      'The screen will change colour a few times, to light your face. If changing colours can harm you, for example with photosensitive epilepsy, go without them.',
    brightness: 'It works best away from bright light, with the screen at full brightness.',
    withoutColours: 'Without changing colours',
    withoutMotion: 'Without turning my head',
    privacy: 'Pictures are sent, checked and not kept',
    flash: 'Keep looking at the screen',
    up: 'Tilt your head up',
    down: 'Tilt your head down',
    perhaps: {
      title: 'Pictures may be sent',
      leaves:
        'Face templates are sent, with a few measurements such as light and position. Now and then, at random, the server also asks for a few small pictures of your face: it looks at them in memory, to check that you are really here, and does not keep them.',
      privacy: 'Pictures may be sent, none is kept',
    },
  },
  deciding: {
    title: 'One moment',
    enroll: 'The camera is off. Saving your face template…',
    authenticate: 'The camera is off. Checking…',
    liveness: 'The camera is off. Checking…',
    age_verify: 'The camera is off. Checking…',
  },
  pin: {
    newTitle: 'Choose a PIN',
    newText: 'It helps when a face alone is not enough.',
    askTitle: 'Enter your PIN',
    askText: 'Your face alone is not enough this time.',
    label: 'PIN',
    hint: '4 to 16 digits',
    pad: 'Digits',
    wrong: 'This PIN is not right.',
    format: 'A PIN has 4 to 16 digits, and nothing else.',
    weak: 'This PIN is too easy to guess. Avoid rows and repeated digits.',
    notUnique: 'Please choose another PIN.',
    typed: '{digits} typed',
    triesLeft: { one: '{count} try left', other: '{count} tries left' },
  },
  retry: {
    'not-clear': {
      title: 'That was not clear enough',
      advice: 'Face the light, take off sunglasses or a mask, and try again.',
    },
    expired: { title: 'That took too long', advice: 'Nothing is wrong. Please try once more.' },
  },
  done: {
    enroll: { title: 'All set', text: 'Next time, you can sign in with your face.' },
    authenticate: { title: 'Welcome back', text: 'You were recognised.' },
    liveness: { title: 'Thank you', text: 'This looks like a live face.' },
    age_verify: { title: 'Thank you', text: 'This device guessed your age. A guess can be wrong.' },
  },
  failure: {
    'no-face': {
      title: 'We could not see your face',
      advice: 'Make sure that the camera is not covered, face it in good light, and try again.',
    },
    'many-faces': {
      title: 'More than one face',
      advice: 'Make sure that you are alone in the picture, and try again.',
    },
    'poor-view': {
      title: 'The picture was not good enough',
      advice: 'Come closer, face the light, take off sunglasses or a mask, and try again.',
    },
    spoof: {
      title: 'This does not look like a live face',
      advice:
        'Use the camera yourself, not a photo or a screen. Avoid reflections and strong light from behind, then try again.',
    },
    'camera-denied': {
      title: 'The camera is blocked',
      advice: 'Allow the camera for this site in the address bar or in the settings of your browser, then try again.',
    },
    'camera-missing': {
      title: 'No camera found',
      advice: 'Connect a camera, or use a device that has one, then try again.',
    },
    'camera-busy': {
      title: 'The camera is in use',
      advice: 'Close other programs or tabs that use the camera, then try again.',
    },
    'camera-lost': { title: 'The camera stopped', advice: 'Check that it is still connected, then try again.' },
    'insecure-page': {
      title: 'This page cannot use the camera',
      advice: 'A camera needs a secure address. Open this page with https:// in front.',
    },
    'browser-unsupported': {
      title: 'This browser cannot do this',
      advice: 'Use a current version of Chrome, Edge, Firefox or Safari, or sign in another way.',
    },
    'consent-declined': {
      title: 'No face was captured',
      advice: 'That is fine: without your agreement nothing is kept. You can sign in another way.',
    },
    'server-slow': { title: 'The server did not answer', advice: 'Check your connection and try again in a moment.' },
    cancelled: { title: 'Cancelled', advice: 'Nothing was kept. You can start again at any time.' },
    'in-progress': { title: 'Already open', advice: 'Finish or close the other face sign-in first.' },
    network: { title: 'No connection', advice: 'Check your internet connection, then try again.' },
    'site-fault': {
      title: 'This site is not set up for that',
      advice: 'It is not your fault. Sign in another way and tell the site: the code below helps them.',
    },
    origin: {
      title: 'Not allowed on this address',
      advice: 'The owner of this site has to allow its address first. Sign in another way.',
    },
    'too-many': { title: 'Too many tries', advice: 'Wait a few minutes, or sign in another way.' },
    expired: { title: 'The time was up', advice: 'Nothing was kept. Please start again.' },
    'server-fault': {
      title: 'Something went wrong on the server',
      advice: 'It is not your fault. Try again in a moment, or sign in another way.',
    },
    busy: { title: 'Very busy right now', advice: 'Wait a moment, then try again.' },
    crashed: { title: 'Something went wrong here', advice: 'Try again. If it comes back, reload the page.' },
    'storage-full': { title: 'No space left', advice: 'Free some space on this device, then reload the page.' },
    'not-recognised': {
      title: 'You were not recognised',
      advice:
        'Face the light and try again. If you have not set up face sign-in here, do that first or sign in another way.',
    },
    'unknown-device': {
      title: 'This device is not known here',
      advice: 'Use a device that you have signed in with before, or ask the site to let this one in.',
    },
    duplicate: {
      title: 'This face is already set up',
      advice: 'There is nothing to do here: sign in with your face instead.',
    },
    mismatch: {
      title: 'The captures do not match',
      advice: 'Stay the same person in front of the camera until the end, and try again.',
    },
    'pin-wrong': {
      title: 'The PIN was not right',
      advice: 'Wait a while before you try again, or sign in another way.',
    },
    'pin-not-unique': { title: 'This PIN cannot be used', advice: 'Start again and choose another PIN.' },
    country: { title: 'Not available in your country', advice: 'Sign in another way, or ask the owner of this site.' },
    minor: {
      title: 'You seem too young for this site',
      advice: 'This is a guess from your face and can be wrong. Sign in another way, or ask the site.',
    },
    quota: {
      title: 'No more people can be added',
      advice: 'This site has reached its limit. Sign in another way and tell the site.',
    },
  },
} as const satisfies Messages
