import type { Words } from '../words.ts'

export const nl: Words = {
  opening: 'Je link wordt geopend…',
  lead: '{application} nodigt je uit om voortaan met je gezicht in te loggen. Jij beslist.',
  points: {
    consent: 'Je leest wat er met je gezicht gebeurt, en beslist.',
    pin: 'Je kiest een pincode.',
    camera: 'Je kijkt een paar seconden in de camera.',
  },
  until: 'Deze link werkt tot {time}.',
  close: 'Je kunt deze pagina nu sluiten.',
  fault:
    'Het ligt niet aan jou. Probeer het later opnieuw of laat het de afzender van de link weten: de code hieronder helpt daarbij.',
  unknown: {
    title: 'Deze link werkt niet',
    advice: 'Open hem opnieuw vanuit het bericht of scan de code nog eens. Helpt dat niet, vraag dan een nieuwe aan.',
  },
  expired: {
    title: 'Deze link is niet meer geldig',
    advice: 'De tijd is om of hij is te vaak geprobeerd. Vraag een nieuwe aan waar je hem hebt gekregen.',
  },
  used: {
    title: 'Deze link is al gebruikt',
    advice: 'Was jij dat, dan is alles klaar en kun je deze pagina sluiten. Vraag anders een nieuwe aan.',
  },
  otherPurpose: {
    title: 'Deze link is voor iets anders',
    advice: 'Hij stelt geen inloggen met je gezicht in. Vraag een andere aan waar je hem hebt gekregen.',
  },
}
