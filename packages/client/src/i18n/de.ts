import type { Messages } from './messages.ts'

export const de = {
  locale: 'de',
  direction: 'ltr',
  title: {
    enroll: 'Gesichtsanmeldung einrichten',
    authenticate: 'Mit dem Gesicht anmelden',
    liveness: 'Prüfen, ob Sie da sind',
    age_verify: 'Ihr Alter prüfen',
  },
  action: {
    close: 'Schließen',
    cancel: 'Abbrechen',
    accept: 'Ich stimme zu',
    decline: 'Nein, danke',
    again: 'Noch einmal versuchen',
    finish: 'Fertig',
    confirm: 'Weiter',
    skip: 'Ohne PIN fortfahren',
    showPin: 'PIN anzeigen',
    hidePin: 'PIN verbergen',
    chooseCamera: 'Kamera',
    switchCamera: 'Kamera wechseln',
    start: 'Beginnen',
    deleteDigit: 'Letzte Ziffer löschen',
  },
  preparing: {
    title: 'Wird vorbereitet',
    session: 'Verbindung wird aufgebaut…',
    models: 'Die Gesichtserkennung wird geladen. Sie bleibt für das nächste Mal gespeichert.',
    bytes: '{loaded} von {total}',
    runtime: 'Die Gesichtserkennung wird gestartet…',
    progress: 'Ladevorgang',
  },
  consent: {
    title: 'Bevor wir Ihr Gesicht ansehen',
    lead: '{application} möchte Sie an Ihrem Gesicht erkennen. Sie entscheiden selbst.',
    points: [
      {
        title: 'Was berechnet wird',
        text: 'Dieser Browser betrachtet Ihr Gesicht durch die Kamera und macht daraus eine Zahlenreihe, genannt Gesichtsvorlage.',
      },
      {
        title: 'Was dieses Gerät verlässt',
        text: 'Gesichtsvorlagen werden gesendet, dazu einige Messwerte wie Licht und Kopfhaltung. Kein Bild und kein Video verlässt dieses Gerät.',
      },
      {
        title: 'Wer sie aufbewahrt',
        text: '{application} bewahrt die Vorlage auf, um Sie hier zu erkennen, und für nichts anderes. Eine Vorlage gehört zu Ihren persönlichen Daten: Gehen Sie damit um wie mit einem Foto.',
      },
      {
        title: 'Wie Sie es rückgängig machen',
        text: 'Sie können sie jederzeit löschen lassen: Wenden Sie sich an {application}. Danach werden Sie nicht mehr erkannt.',
      },
    ],
    closing: 'Wenn Sie zustimmen, wird Ihr Gesicht jetzt einmal erfasst.',
    ageGate: {
      title: 'Ihr Alter',
      text: 'Dieses Gerät schätzt anhand Ihres Gesichts, ob Sie alt genug sind. {application} erfährt nur Ja oder Nein.',
    },
    details: {
      title: 'Ihr Alter und Geschlecht',
      text: 'Dieses Gerät schätzt beides anhand Ihres Gesichts, und {application} erfährt es. Eine Schätzung kann falsch sein.',
    },
    purpose: 'Wofür es ist',
    version: 'Version {version}',
  },
  intro: {
    title: 'Drei Dinge, die helfen',
    points: ['Das Gesicht zum Licht, nicht den Rücken', 'Dunkle Brille oder Maske abnehmen', 'Allein im Bild sein'],
    countdown: 'Beginnt von selbst in {seconds}',
  },
  permission: {
    title: 'Kamera zulassen',
    text: 'Ihr Browser fragt, ob diese Seite die Kamera verwenden darf. Wählen Sie „Zulassen“.',
    privacy: 'Das Bild bleibt auf diesem Gerät.',
  },
  guidance: {
    'no-face': 'Das Gesicht bitte in das Oval',
    'many-faces': 'Bitte nur eine Person',
    closer: 'Bitte etwas näher',
    back: 'Bitte etwas weiter zurück',
    left: 'Bitte etwas nach links',
    right: 'Bitte etwas nach rechts',
    up: 'Bitte etwas höher',
    down: 'Bitte etwas tiefer',
    'more-light': 'Zu dunkel: bitte mehr Licht',
    'less-light': 'Zu hell: bitte weicheres Licht',
    backlight: 'Licht von hinten: bitte umdrehen',
    'look-straight': 'Bitte gerade auf den Bildschirm sehen',
    'uncover-mouth': 'Maske abnehmen oder Mund zeigen',
    'uncover-eyes': 'Bitte die dunkle Brille abnehmen',
    'open-eyes': 'Bitte die Augen öffnen',
    'hold-still': 'Bitte stillhalten',
  },
  camera: {
    preview: 'Spiegelbild Ihrer Kamera',
    plainPreview: 'Bild Ihrer Kamera',
    progress: 'Aufnahme',
    intro: 'Die Kamera ist an. Halten Sie das Gerät vor Ihr Gesicht und folgen Sie den Anweisungen.',
    capturing: 'Bitte stillhalten, Aufnahme läuft',
    local: 'Das Bild bleibt auf diesem Gerät',
  },
  active: {
    actions: {
      turn_left: 'Bitte den Kopf nach links drehen',
      turn_right: 'Bitte den Kopf nach rechts drehen',
      blink: 'Bitte kurz die Augen schließen',
      come_closer: 'Bitte näher an den Bildschirm kommen',
      hold: 'Bitte kurz so bleiben',
    },
    step: 'Schritt {step} von {steps}',
    holdInstead: 'Ohne Bewegung weiter',
    stepDone: 'Erledigt',
  },
  pictures: {
    title: 'Es werden Bilder gesendet',
    leaves:
      'Gesichtsvorlagen werden gesendet, dazu einige Messwerte wie Licht und Kopfhaltung. Auch einige kleine Bilder Ihres Gesichts werden gesendet: Der Server sieht sie sich im Arbeitsspeicher an, um zu prüfen, dass Sie wirklich da sind, und bewahrt sie nicht auf.',
    colours:
      'Der Bildschirm wechselt einige Male die Farbe, um Ihr Gesicht zu beleuchten. Wenn Farbwechsel Ihnen schaden können, zum Beispiel bei fotosensibler Epilepsie, machen Sie ohne sie weiter.',
    brightness: 'Am besten geht es abseits von hellem Licht und mit voller Bildschirmhelligkeit.',
    withoutColours: 'Ohne Farbwechsel',
    withoutMotion: 'Ohne Kopfdrehung',
    privacy: 'Bilder werden gesendet, nicht aufbewahrt',
    flash: 'Bitte weiter auf den Bildschirm sehen',
    up: 'Bitte den Kopf etwas heben',
    down: 'Bitte den Kopf etwas senken',
    perhaps: {
      title: 'Es werden vielleicht Bilder gesendet',
      leaves:
        'Gesichtsvorlagen werden gesendet, dazu einige Messwerte wie Licht und Kopfhaltung. Ab und zu, nach Zufall, verlangt der Server auch einige kleine Bilder Ihres Gesichts: Er sieht sie sich im Arbeitsspeicher an, um zu prüfen, dass Sie wirklich da sind, und bewahrt sie nicht auf.',
      privacy: 'Vielleicht gesendet, nie aufbewahrt',
    },
  },
  deciding: {
    title: 'Einen Moment',
    enroll: 'Die Kamera ist aus. Ihre Gesichtsvorlage wird gespeichert…',
    authenticate: 'Die Kamera ist aus. Wird geprüft…',
    liveness: 'Die Kamera ist aus. Wird geprüft…',
    age_verify: 'Die Kamera ist aus. Wird geprüft…',
  },
  pin: {
    newTitle: 'PIN wählen',
    newText: 'Sie hilft, wenn das Gesicht allein nicht reicht.',
    askTitle: 'PIN eingeben',
    askText: 'Diesmal reicht Ihr Gesicht allein nicht aus.',
    label: 'PIN',
    hint: '4 bis 16 Ziffern',
    pad: 'Ziffern',
    wrong: 'Diese PIN stimmt nicht.',
    format: 'Eine PIN hat 4 bis 16 Ziffern und sonst nichts.',
    weak: 'Diese PIN ist zu leicht zu erraten. Vermeiden Sie Reihen und wiederholte Ziffern.',
    notUnique: 'Bitte wählen Sie eine andere PIN.',
    typed: 'Eingegebene Ziffern: {digits}',
    triesLeft: { one: 'Noch {count} Versuch', other: 'Noch {count} Versuche' },
  },
  retry: {
    'not-clear': {
      title: 'Das war nicht deutlich genug',
      advice:
        'Wenden Sie das Gesicht zum Licht, nehmen Sie Sonnenbrille oder Maske ab und versuchen Sie es noch einmal.',
    },
    expired: {
      title: 'Das hat zu lange gedauert',
      advice: 'Es ist nichts passiert. Bitte versuchen Sie es noch einmal.',
    },
  },
  done: {
    enroll: { title: 'Alles bereit', text: 'Nächstes Mal können Sie sich mit dem Gesicht anmelden.' },
    authenticate: { title: 'Willkommen zurück', text: 'Sie wurden erkannt.' },
    liveness: { title: 'Vielen Dank', text: 'Das sieht nach einem echten Gesicht aus.' },
    age_verify: {
      title: 'Vielen Dank',
      text: 'Dieses Gerät hat Ihr Alter geschätzt. Eine Schätzung kann falsch sein.',
    },
  },
  failure: {
    'no-face': {
      title: 'Ihr Gesicht war nicht zu sehen',
      advice:
        'Achten Sie darauf, dass nichts die Kamera verdeckt, schauen Sie bei gutem Licht hinein und versuchen Sie es noch einmal.',
    },
    'many-faces': {
      title: 'Mehr als ein Gesicht',
      advice: 'Achten Sie darauf, dass Sie allein im Bild sind, und versuchen Sie es noch einmal.',
    },
    'poor-view': {
      title: 'Das Bild war nicht gut genug',
      advice:
        'Kommen Sie näher, wenden Sie das Gesicht zum Licht, nehmen Sie Sonnenbrille oder Maske ab und versuchen Sie es noch einmal.',
    },
    spoof: {
      title: 'Das sieht nicht nach einem echten Gesicht aus',
      advice:
        'Treten Sie selbst vor die Kamera, ohne Foto oder Bildschirm. Vermeiden Sie Spiegelungen und starkes Licht von hinten und versuchen Sie es noch einmal.',
    },
    'camera-denied': {
      title: 'Die Kamera ist blockiert',
      advice:
        'Lassen Sie die Kamera für diese Website in der Adressleiste oder in den Einstellungen des Browsers zu und versuchen Sie es noch einmal.',
    },
    'camera-missing': {
      title: 'Keine Kamera gefunden',
      advice: 'Schließen Sie eine Kamera an oder verwenden Sie ein Gerät mit Kamera und versuchen Sie es noch einmal.',
    },
    'camera-busy': {
      title: 'Die Kamera wird schon verwendet',
      advice: 'Schließen Sie andere Programme oder Tabs, die die Kamera verwenden, und versuchen Sie es noch einmal.',
    },
    'camera-lost': {
      title: 'Die Kamera ist ausgefallen',
      advice: 'Prüfen Sie, ob sie noch angeschlossen ist, und versuchen Sie es noch einmal.',
    },
    'insecure-page': {
      title: 'Diese Seite darf die Kamera nicht verwenden',
      advice: 'Eine Kamera braucht eine sichere Adresse. Öffnen Sie diese Seite mit https:// am Anfang.',
    },
    'browser-unsupported': {
      title: 'Dieser Browser kann das nicht',
      advice:
        'Verwenden Sie eine aktuelle Version von Chrome, Edge, Firefox oder Safari oder melden Sie sich auf andere Weise an.',
    },
    'consent-declined': {
      title: 'Es wurde kein Gesicht erfasst',
      advice:
        'Das ist in Ordnung: Ohne Ihre Zustimmung wird nichts gespeichert. Sie können sich auf andere Weise anmelden.',
    },
    'server-slow': {
      title: 'Der Server hat nicht geantwortet',
      advice: 'Prüfen Sie Ihre Verbindung und versuchen Sie es gleich noch einmal.',
    },
    cancelled: {
      title: 'Abgebrochen',
      advice: 'Es wurde nichts gespeichert. Sie können jederzeit neu beginnen.',
    },
    'in-progress': {
      title: 'Schon geöffnet',
      advice: 'Beenden oder schließen Sie zuerst die andere Gesichtsanmeldung.',
    },
    network: {
      title: 'Keine Verbindung',
      advice: 'Prüfen Sie Ihre Internetverbindung und versuchen Sie es noch einmal.',
    },
    'site-fault': {
      title: 'Diese Website ist dafür nicht eingerichtet',
      advice:
        'Es liegt nicht an Ihnen. Melden Sie sich auf andere Weise an und sagen Sie der Website Bescheid: Der Code unten hilft dabei.',
    },
    origin: {
      title: 'Unter dieser Adresse nicht erlaubt',
      advice: 'Wer diese Website betreibt, muss ihre Adresse zuerst freigeben. Melden Sie sich auf andere Weise an.',
    },
    'too-many': {
      title: 'Zu viele Versuche',
      advice: 'Warten Sie einige Minuten oder melden Sie sich auf andere Weise an.',
    },
    expired: {
      title: 'Die Zeit ist abgelaufen',
      advice: 'Es wurde nichts gespeichert. Bitte beginnen Sie noch einmal.',
    },
    'server-fault': {
      title: 'Auf dem Server ist etwas schiefgegangen',
      advice: 'Es liegt nicht an Ihnen. Versuchen Sie es gleich noch einmal oder melden Sie sich auf andere Weise an.',
    },
    busy: {
      title: 'Im Moment sehr ausgelastet',
      advice: 'Warten Sie einen Moment und versuchen Sie es noch einmal.',
    },
    crashed: {
      title: 'Hier ist etwas schiefgegangen',
      advice: 'Versuchen Sie es noch einmal. Wenn es wieder passiert, laden Sie die Seite neu.',
    },
    'storage-full': {
      title: 'Kein Speicherplatz mehr',
      advice: 'Geben Sie auf diesem Gerät Speicherplatz frei und laden Sie die Seite neu.',
    },
    'not-recognised': {
      title: 'Sie wurden nicht erkannt',
      advice:
        'Wenden Sie das Gesicht zum Licht und versuchen Sie es noch einmal. Wenn Sie die Gesichtsanmeldung hier noch nicht eingerichtet haben, tun Sie das zuerst oder melden Sie sich auf andere Weise an.',
    },
    'unknown-device': {
      title: 'Dieses Gerät ist hier nicht bekannt',
      advice:
        'Nehmen Sie ein Gerät, mit dem Sie sich hier schon angemeldet haben, oder bitten Sie die Website, dieses zuzulassen.',
    },
    duplicate: {
      title: 'Dieses Gesicht ist schon registriert',
      advice: 'Hier ist nichts zu tun: Melden Sie sich einfach mit dem Gesicht an.',
    },
    mismatch: {
      title: 'Die Aufnahmen passen nicht zusammen',
      advice: 'Dieselbe Person muss bis zum Ende vor der Kamera bleiben. Bitte versuchen Sie es noch einmal.',
    },
    'pin-wrong': {
      title: 'Die PIN war nicht richtig',
      advice: 'Warten Sie eine Weile, bevor Sie es noch einmal versuchen, oder melden Sie sich auf andere Weise an.',
    },
    'pin-not-unique': {
      title: 'Diese PIN kann nicht verwendet werden',
      advice: 'Beginnen Sie neu und wählen Sie eine andere PIN.',
    },
    country: {
      title: 'In Ihrem Land nicht verfügbar',
      advice: 'Melden Sie sich auf andere Weise an oder fragen Sie, wer diese Website betreibt.',
    },
    minor: {
      title: 'Sie wirken zu jung für diese Website',
      advice:
        'Das ist eine Schätzung anhand Ihres Gesichts und kann falsch sein. Melden Sie sich auf andere Weise an oder fragen Sie die Website.',
    },
    quota: {
      title: 'Mehr Personen sind nicht möglich',
      advice:
        'Diese Website hat ihr Limit erreicht. Melden Sie sich auf andere Weise an und sagen Sie der Website Bescheid.',
    },
  },
} as const satisfies Messages
