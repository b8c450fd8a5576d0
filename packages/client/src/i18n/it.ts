import type { Messages } from './messages.ts'

export const it = {
  locale: 'it',
  direction: 'ltr',
  title: {
    enroll: 'Configura l’accesso con il volto',
    authenticate: 'Accedi con il volto',
    liveness: 'Verifica la tua presenza',
    age_verify: 'Verifica la tua età',
  },
  action: {
    close: 'Chiudi',
    cancel: 'Annulla',
    accept: 'Accetto',
    decline: 'No, grazie',
    again: 'Riprova',
    finish: 'Fine',
    confirm: 'Continua',
    skip: 'Continua senza PIN',
    showPin: 'Mostra PIN',
    hidePin: 'Nascondi PIN',
    chooseCamera: 'Fotocamera',
    switchCamera: 'Cambia fotocamera',
    start: 'Inizia',
    deleteDigit: 'Cancella l’ultima cifra',
  },
  preparing: {
    title: 'Preparazione in corso',
    session: 'Connessione in corso…',
    models: 'Caricamento del riconoscimento facciale. Resta salvato per la prossima volta.',
    bytes: '{loaded} di {total}',
    runtime: 'Avvio del riconoscimento facciale…',
    progress: 'Caricamento',
  },
  consent: {
    title: 'Prima di guardare il tuo volto',
    lead: '{application} vorrebbe riconoscerti dal volto. La scelta è tua.',
    points: [
      {
        title: 'Che cosa viene calcolato',
        text: 'Questo browser guarda il tuo volto con la fotocamera e lo trasforma in una serie di numeri, detta modello del volto.',
      },
      {
        title: 'Che cosa lascia questo dispositivo',
        text: 'Vengono inviati modelli del volto e alcune misure, come la luce e la posizione. Nessuna foto e nessun video lasciano questo dispositivo.',
      },
      {
        title: 'Chi lo conserva',
        text: '{application} conserva il modello per riconoscerti qui e per nient’altro. Un modello è un dato personale: trattalo come tratteresti una foto.',
      },
      {
        title: 'Come tornare indietro',
        text: 'Puoi farlo eliminare in qualsiasi momento: chiedi a {application}. Dopo, il tuo volto non verrà più riconosciuto.',
      },
    ],
    closing: 'Se accetti, il tuo volto verrà acquisito ora, una volta.',
    ageGate: {
      title: 'La tua età',
      text: 'Questo dispositivo stima dal tuo volto se hai l’età richiesta. A {application} viene comunicato solo sì o no.',
    },
    details: {
      title: 'La tua età e il tuo genere',
      text: 'Questo dispositivo stima entrambi dal tuo volto e li comunica a {application}. Una stima può essere sbagliata.',
    },
    purpose: 'A che cosa serve',
    version: 'Versione {version}',
  },
  intro: {
    title: 'Tre cose che aiutano',
    points: [
      'Mettiti di fronte alla luce, non di spalle',
      'Togli gli occhiali da sole o la mascherina',
      'Nessun altro oltre a te nell’immagine',
    ],
    countdown: 'Inizia automaticamente tra {seconds}',
  },
  permission: {
    title: 'Consenti la fotocamera',
    text: 'Il browser chiede se questa pagina può usare la fotocamera. Scegli «Consenti».',
    privacy: 'L’immagine resta sul dispositivo.',
  },
  guidance: {
    'no-face': 'Porta il volto dentro l’ovale',
    'many-faces': 'Una sola persona, per favore',
    closer: 'Avvicinati un po’',
    back: 'Allontanati un po’',
    left: 'Spostati alla tua sinistra',
    right: 'Spostati alla tua destra',
    up: 'Spostati un po’ più in alto',
    down: 'Spostati un po’ più in basso',
    'more-light': 'Troppo buio: cerca più luce',
    'less-light': 'Troppa luce: cercane una più lieve',
    backlight: 'La luce è dietro di te: girati',
    'look-straight': 'Guarda dritto verso lo schermo',
    'uncover-mouth': 'Togli la mascherina o scopri la bocca',
    'uncover-eyes': 'Togli gli occhiali da sole',
    'open-eyes': 'Apri gli occhi',
    'hold-still': 'Non muoverti',
  },
  camera: {
    preview: 'Immagine della tua fotocamera, come allo specchio',
    plainPreview: 'Immagine della tua fotocamera',
    progress: 'Acquisizione',
    intro: 'La fotocamera è accesa. Tieni il dispositivo davanti al volto e segui le istruzioni.',
    capturing: 'Non muoverti, acquisizione in corso',
    local: 'L’immagine resta sul dispositivo',
  },
  active: {
    actions: {
      turn_left: 'Gira la testa alla tua sinistra',
      turn_right: 'Gira la testa alla tua destra',
      blink: 'Chiudi gli occhi per un momento',
      come_closer: 'Avvicinati allo schermo',
      hold: 'Resta così per un momento',
    },
    step: 'Passaggio {step} di {steps}',
    holdInstead: 'Continua senza muoverti',
    stepDone: 'Fatto',
  },
  pictures: {
    title: 'Verranno inviate immagini',
    leaves:
      'Vengono inviati modelli del volto e alcune misure, come la luce e la posizione. Vengono inviate anche alcune piccole immagini del tuo volto: il server le esamina in memoria, per verificare che ci sia davvero tu, e non le conserva.',
    colours:
      'Lo schermo cambierà colore alcune volte per illuminare il tuo volto. Se i cambi di colore possono nuocerti, per esempio in caso di epilessia fotosensibile, continua senza.',
    brightness: 'Funziona meglio lontano dalla luce intensa e con lo schermo alla massima luminosità.',
    withoutColours: 'Senza cambi di colore',
    withoutMotion: 'Senza girare la testa',
    privacy: 'Immagini inviate e non conservate',
    flash: 'Continua a guardare lo schermo',
    up: 'Alza un po’ la testa',
    down: 'Abbassa un po’ la testa',
    perhaps: {
      title: 'Potrebbero essere inviate immagini',
      leaves:
        'Vengono inviati modelli del volto e alcune misure, come la luce e la posizione. Di tanto in tanto, a caso, il server chiede anche alcune piccole immagini del tuo volto: le esamina in memoria, per verificare che ci sia davvero tu, e non le conserva.',
      privacy: 'A volte inviate, mai conservate',
    },
  },
  deciding: {
    title: 'Un momento',
    enroll: 'La fotocamera è spenta. Salvataggio del modello del volto…',
    authenticate: 'La fotocamera è spenta. Verifica in corso…',
    liveness: 'La fotocamera è spenta. Verifica in corso…',
    age_verify: 'La fotocamera è spenta. Verifica in corso…',
  },
  pin: {
    newTitle: 'Scegli un PIN',
    newText: 'Aiuta quando il volto da solo non basta.',
    askTitle: 'Inserisci il tuo PIN',
    askText: 'Questa volta il volto da solo non basta.',
    label: 'PIN',
    hint: 'Da 4 a 16 cifre',
    pad: 'Cifre',
    wrong: 'Questo PIN non è corretto.',
    format: 'Un PIN ha da 4 a 16 cifre e nient’altro.',
    weak: 'Questo PIN è troppo facile da indovinare. Evita le sequenze e le cifre ripetute.',
    notUnique: 'Scegli un altro PIN.',
    typed: 'Cifre inserite: {digits}',
    triesLeft: { one: 'Resta {count} tentativo', other: 'Restano {count} tentativi' },
  },
  retry: {
    'not-clear': {
      title: 'L’immagine non era abbastanza chiara',
      advice: 'Mettiti di fronte alla luce, togli gli occhiali da sole o la mascherina e riprova.',
    },
    expired: { title: 'È passato troppo tempo', advice: 'Non è successo niente. Riprova ancora una volta.' },
  },
  done: {
    enroll: { title: 'Tutto pronto', text: 'La prossima volta potrai accedere con il volto.' },
    authenticate: { title: 'Ciao di nuovo', text: 'Il tuo volto è stato riconosciuto.' },
    liveness: { title: 'Grazie', text: 'Questo sembra un volto reale.' },
    age_verify: { title: 'Grazie', text: 'Questo dispositivo ha stimato la tua età. Una stima può essere sbagliata.' },
  },
  failure: {
    'no-face': {
      title: 'Non abbiamo visto il tuo volto',
      advice: 'Controlla che niente copra la fotocamera, guardala con una buona luce e riprova.',
    },
    'many-faces': {
      title: 'C’è più di un volto',
      advice: 'Assicurati che nell’immagine non ci sia nessun altro e riprova.',
    },
    'poor-view': {
      title: 'L’immagine non era abbastanza buona',
      advice: 'Avvicinati, mettiti di fronte alla luce, togli gli occhiali da sole o la mascherina e riprova.',
    },
    spoof: {
      title: 'Questo non sembra un volto reale',
      advice:
        'Mettiti di persona davanti alla fotocamera, senza foto né schermi. Evita i riflessi e la luce forte alle spalle, poi riprova.',
    },
    'camera-denied': {
      title: 'La fotocamera è bloccata',
      advice:
        'Consenti la fotocamera per questo sito nella barra degli indirizzi o nelle impostazioni del browser, poi riprova.',
    },
    'camera-missing': {
      title: 'Nessuna fotocamera trovata',
      advice: 'Collega una fotocamera o usa un dispositivo che ne ha una, poi riprova.',
    },
    'camera-busy': {
      title: 'La fotocamera è in uso',
      advice: 'Chiudi gli altri programmi o le schede che usano la fotocamera, poi riprova.',
    },
    'camera-lost': {
      title: 'La fotocamera si è fermata',
      advice: 'Controlla che sia ancora collegata, poi riprova.',
    },
    'insecure-page': {
      title: 'Questa pagina non può usare la fotocamera',
      advice: 'La fotocamera richiede un indirizzo sicuro. Apri questa pagina con https:// all’inizio.',
    },
    'browser-unsupported': {
      title: 'Questo browser non può farlo',
      advice: 'Usa una versione aggiornata di Chrome, Edge, Firefox o Safari, oppure accedi in un altro modo.',
    },
    'consent-declined': {
      title: 'Nessun volto acquisito',
      advice: 'Va bene così: senza il tuo consenso non viene conservato nulla. Puoi accedere in un altro modo.',
    },
    'server-slow': {
      title: 'Il server non ha risposto',
      advice: 'Controlla la connessione e riprova tra un momento.',
    },
    cancelled: {
      title: 'Annullato',
      advice: 'Non è stato conservato nulla. Puoi ricominciare in qualsiasi momento.',
    },
    'in-progress': {
      title: 'Già aperto',
      advice: 'Prima completa o chiudi l’altro accesso con il volto.',
    },
    network: { title: 'Nessuna connessione', advice: 'Controlla la connessione a Internet, poi riprova.' },
    'site-fault': {
      title: 'Questo sito non è predisposto',
      advice: 'Non è colpa tua. Accedi in un altro modo e avvisa il sito: il codice qui sotto sarà d’aiuto.',
    },
    origin: {
      title: 'Non consentito a questo indirizzo',
      advice: 'Il proprietario del sito deve prima autorizzarne l’indirizzo. Accedi in un altro modo.',
    },
    'too-many': {
      title: 'Troppi tentativi',
      advice: 'Aspetta qualche minuto oppure accedi in un altro modo.',
    },
    expired: { title: 'Il tempo è scaduto', advice: 'Non è stato conservato nulla. Ricomincia.' },
    'server-fault': {
      title: 'Qualcosa è andato storto sul server',
      advice: 'Non è colpa tua. Riprova tra un momento oppure accedi in un altro modo.',
    },
    busy: { title: 'In questo momento c’è molto traffico', advice: 'Aspetta un momento, poi riprova.' },
    crashed: {
      title: 'Qualcosa è andato storto qui',
      advice: 'Riprova. Se succede di nuovo, ricarica la pagina.',
    },
    'storage-full': {
      title: 'Spazio esaurito',
      advice: 'Libera spazio su questo dispositivo, poi ricarica la pagina.',
    },
    'not-recognised': {
      title: 'Il tuo volto non è stato riconosciuto',
      advice:
        'Mettiti di fronte alla luce e riprova. Se qui non hai ancora configurato l’accesso con il volto, fallo prima oppure accedi in un altro modo.',
    },
    'unknown-device': {
      title: 'Questo dispositivo qui non è noto',
      advice: 'Usa un dispositivo con cui hai già effettuato l’accesso o chiedi al sito di ammettere questo.',
    },
    duplicate: {
      title: 'Questo volto è già registrato',
      advice: 'Qui non c’è nulla da fare: accedi con il volto.',
    },
    mismatch: {
      title: 'Le acquisizioni non corrispondono',
      advice: 'La stessa persona deve restare davanti alla fotocamera fino alla fine. Riprova.',
    },
    'pin-wrong': {
      title: 'Il PIN non era corretto',
      advice: 'Aspetta un po’ prima di riprovare, oppure accedi in un altro modo.',
    },
    'pin-not-unique': { title: 'Questo PIN non si può usare', advice: 'Ricomincia e scegli un altro PIN.' },
    country: {
      title: 'Non disponibile nel tuo Paese',
      advice: 'Accedi in un altro modo o chiedi al proprietario del sito.',
    },
    minor: {
      title: 'Sembri troppo giovane per questo sito',
      advice: 'È una stima dal tuo volto e può essere sbagliata. Accedi in un altro modo o chiedi al sito.',
    },
    quota: {
      title: 'Non si possono aggiungere altre persone',
      advice: 'Questo sito ha raggiunto il limite. Accedi in un altro modo e avvisa il sito.',
    },
  },
} as const satisfies Messages
