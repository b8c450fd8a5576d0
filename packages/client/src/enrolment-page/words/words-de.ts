import type { Words } from '../words.ts'

export const de: Words = {
  opening: 'Ihr Link wird geöffnet…',
  lead: '{application} lädt Sie ein, sich künftig mit dem Gesicht anzumelden. Sie entscheiden selbst.',
  points: {
    consent: 'Sie lesen, was mit Ihrem Gesicht geschieht, und entscheiden.',
    pin: 'Sie wählen eine PIN.',
    camera: 'Sie schauen ein paar Sekunden in die Kamera.',
  },
  until: 'Dieser Link gilt bis {time}.',
  close: 'Sie können diese Seite jetzt schließen.',
  fault:
    'Es liegt nicht an Ihnen. Versuchen Sie es später noch einmal oder sagen Sie dem Absender Bescheid: Der Code unten hilft dabei.',
  unknown: {
    title: 'Dieser Link funktioniert nicht',
    advice:
      'Öffnen Sie ihn noch einmal aus der Nachricht oder scannen Sie den Code erneut. Hilft das nicht, bitten Sie um einen neuen.',
  },
  expired: {
    title: 'Dieser Link gilt nicht mehr',
    advice:
      'Seine Zeit ist abgelaufen, oder er wurde zu oft versucht. Bitten Sie dort um einen neuen, wo Sie ihn bekommen haben.',
  },
  used: {
    title: 'Dieser Link wurde schon verwendet',
    advice: 'Waren Sie das, ist alles erledigt und Sie können diese Seite schließen. Sonst bitten Sie um einen neuen.',
  },
  otherPurpose: {
    title: 'Dieser Link ist für etwas anderes',
    advice: 'Er richtet keine Gesichtsanmeldung ein. Bitten Sie dort um einen anderen, wo Sie ihn bekommen haben.',
  },
}
