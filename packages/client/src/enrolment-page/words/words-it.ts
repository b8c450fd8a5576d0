import type { Words } from '../words.ts'

export const it: Words = {
  opening: 'Apertura del link…',
  lead: '{application} ti invita ad accedere d’ora in poi con il volto. La scelta è tua.',
  points: {
    consent: 'Leggi che cosa si fa del tuo volto e decidi.',
    pin: 'Scegli un PIN.',
    camera: 'Guardi nella fotocamera per alcuni secondi.',
  },
  until: 'Questo link funziona fino a: {time}.',
  close: 'Ora puoi chiudere questa pagina.',
  fault:
    'Non è colpa tua. Riprova più tardi oppure avvisa chi ti ha mandato il link: il codice qui sotto sarà d’aiuto.',
  unknown: {
    title: 'Questo link non funziona',
    advice: 'Aprilo di nuovo dal messaggio o scansiona ancora il codice. Se non serve, chiedine uno nuovo.',
  },
  expired: {
    title: 'Questo link non è più valido',
    advice: 'Il suo tempo è scaduto o è stato provato troppe volte. Chiedine uno nuovo dove l’hai ricevuto.',
  },
  used: {
    title: 'Questo link è già stato usato',
    advice: 'Se l’hai usato tu, è tutto fatto e puoi chiudere questa pagina. Altrimenti chiedine uno nuovo.',
  },
  otherPurpose: {
    title: 'Questo link serve ad altro',
    advice: 'Non configura l’accesso con il volto. Chiedine un altro dove l’hai ricevuto.',
  },
}
