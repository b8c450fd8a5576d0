import type { Words } from '../words.ts'

export const fr: Words = {
  opening: 'Ouverture de votre lien…',
  lead: '{application} vous invite à vous connecter désormais avec votre visage. C’est vous qui décidez.',
  points: {
    consent: 'Vous lisez ce qui est fait de votre visage, et vous décidez.',
    pin: 'Vous choisissez un code PIN.',
    camera: 'Vous regardez la caméra pendant quelques secondes.',
  },
  until: 'Ce lien fonctionne jusqu’à\u00a0: {time}.',
  close: 'Vous pouvez maintenant fermer cette page.',
  fault:
    'Vous n’y êtes pour rien. Réessayez plus tard ou prévenez l’expéditeur du lien\u00a0: le code ci-dessous l’aidera.',
  unknown: {
    title: 'Ce lien ne fonctionne pas',
    advice:
      'Ouvrez-le à nouveau depuis le message, ou scannez encore le code. Si cela n’aide pas, demandez-en un nouveau.',
  },
  expired: {
    title: 'Ce lien n’est plus valable',
    advice: 'Son délai est passé, ou il a été essayé trop souvent. Demandez-en un nouveau là où vous l’avez reçu.',
  },
  used: {
    title: 'Ce lien a déjà servi',
    advice: 'Si c’était vous, tout est fait et vous pouvez fermer cette page. Sinon, demandez-en un nouveau.',
  },
  otherPurpose: {
    title: 'Ce lien sert à autre chose',
    advice: 'Il ne configure pas la connexion faciale. Demandez-en un autre là où vous l’avez reçu.',
  },
}
