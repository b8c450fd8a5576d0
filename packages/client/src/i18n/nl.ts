import type { Messages } from './messages.ts'

export const nl = {
  locale: 'nl',
  direction: 'ltr',
  title: {
    enroll: 'Inloggen met je gezicht instellen',
    authenticate: 'Inloggen met je gezicht',
    liveness: 'Controleren of je er bent',
    age_verify: 'Je leeftijd controleren',
  },
  action: {
    close: 'Sluiten',
    cancel: 'Annuleren',
    accept: 'Ik ga akkoord',
    decline: 'Nee, bedankt',
    again: 'Opnieuw proberen',
    finish: 'Klaar',
    confirm: 'Doorgaan',
    skip: 'Verder zonder pincode',
    showPin: 'Pincode tonen',
    hidePin: 'Pincode verbergen',
    chooseCamera: 'Camera',
    switchCamera: 'Camera wisselen',
    start: 'Beginnen',
    deleteDigit: 'Laatste cijfer wissen',
  },
  preparing: {
    title: 'Even voorbereiden',
    session: 'Verbinding maken…',
    models: 'Gezichtsherkenning wordt geladen. Die blijft bewaard voor de volgende keer.',
    bytes: '{loaded} van {total}',
    runtime: 'Gezichtsherkenning wordt gestart…',
    progress: 'Laden',
  },
  consent: {
    title: 'Voordat we naar je gezicht kijken',
    lead: '{application} wil je graag aan je gezicht herkennen. Jij beslist.',
    points: [
      {
        title: 'Wat er wordt berekend',
        text: 'Deze browser bekijkt je gezicht via de camera en maakt er een reeks getallen van: een gezichtssjabloon.',
      },
      {
        title: 'Wat dit apparaat verlaat',
        text: 'Gezichtssjablonen worden verstuurd, met enkele metingen zoals licht en houding. Er gaan geen foto’s of video’s van dit apparaat af.',
      },
      {
        title: 'Wie het bewaart',
        text: '{application} bewaart het sjabloon om je hier te herkennen, en nergens anders voor. Een sjabloon is een persoonsgegeven: ga ermee om als met een foto.',
      },
      {
        title: 'Hoe je het terugdraait',
        text: 'Je kunt het altijd laten verwijderen: vraag het aan {application}. Daarna word je niet meer herkend.',
      },
    ],
    closing: 'Als je akkoord gaat, wordt je gezicht nu één keer vastgelegd.',
    ageGate: {
      title: 'Je leeftijd',
      text: 'Dit apparaat schat aan de hand van je gezicht of je oud genoeg bent. {application} krijgt alleen ja of nee te horen.',
    },
    details: {
      title: 'Je leeftijd en geslacht',
      text: 'Dit apparaat schat beide aan de hand van je gezicht en {application} krijgt het te horen. Een schatting kan fout zijn.',
    },
    purpose: 'Waar het voor is',
    version: 'Versie {version}',
  },
  intro: {
    title: 'Drie dingen die helpen',
    points: [
      'Met je gezicht naar het licht, niet je rug',
      'Zet je zonnebril of mondkapje af',
      'Zorg dat je alleen in beeld bent',
    ],
    countdown: 'Begint vanzelf over {seconds}',
  },
  permission: {
    title: 'Sta de camera toe',
    text: 'Je browser vraagt of deze pagina de camera mag gebruiken. Kies ‘Toestaan’.',
    privacy: 'Het beeld blijft op dit apparaat.',
  },
  guidance: {
    'no-face': 'Breng je gezicht in het ovaal',
    'many-faces': 'Eén persoon tegelijk, alsjeblieft',
    closer: 'Kom iets dichterbij',
    back: 'Ga iets naar achteren',
    left: 'Ga naar links',
    right: 'Ga naar rechts',
    up: 'Ga iets omhoog',
    down: 'Ga iets omlaag',
    'more-light': 'Te donker: zoek meer licht',
    'less-light': 'Te licht: zoek zachter licht',
    backlight: 'Het licht is achter je: draai je om',
    'look-straight': 'Kijk recht naar het scherm',
    'uncover-mouth': 'Zet je mondkapje af of maak je mond vrij',
    'uncover-eyes': 'Zet je zonnebril af',
    'open-eyes': 'Doe je ogen open',
    'hold-still': 'Beweeg even niet',
  },
  camera: {
    preview: 'Spiegelbeeld van je camera',
    plainPreview: 'Beeld van je camera',
    progress: 'Opname',
    intro: 'De camera staat aan. Houd het apparaat voor je gezicht en volg de aanwijzingen.',
    capturing: 'Beweeg niet, opname bezig',
    local: 'Het beeld blijft op dit apparaat',
  },
  active: {
    actions: {
      turn_left: 'Draai je hoofd naar links',
      turn_right: 'Draai je hoofd naar rechts',
      blink: 'Doe je ogen even dicht',
      come_closer: 'Kom dichter bij het scherm',
      hold: 'Blijf even zo',
    },
    step: 'Stap {step} van {steps}',
    holdInstead: 'Verder zonder bewegen',
    stepDone: 'Gelukt',
  },
  pictures: {
    title: 'Er worden foto’s verstuurd',
    leaves:
      'Gezichtssjablonen worden verstuurd, met enkele metingen zoals licht en houding. Ook enkele kleine foto’s van je gezicht worden verstuurd: de server bekijkt ze in het geheugen, om te controleren dat je er echt bent, en bewaart ze niet.',
    colours:
      'Het scherm verandert een paar keer van kleur om je gezicht te verlichten. Kunnen wisselende kleuren je schaden, bijvoorbeeld bij fotosensitieve epilepsie, ga dan verder zonder.',
    brightness: 'Het werkt het best zonder fel licht eromheen, met het scherm op volle helderheid.',
    withoutColours: 'Zonder wisselende kleuren',
    withoutMotion: 'Zonder mijn hoofd te draaien',
    privacy: 'Foto’s worden verstuurd, niet bewaard',
    flash: 'Blijf naar het scherm kijken',
    up: 'Kantel je hoofd omhoog',
    down: 'Kantel je hoofd omlaag',
    perhaps: {
      title: 'Er worden misschien foto’s verstuurd',
      leaves:
        'Gezichtssjablonen worden verstuurd, met enkele metingen zoals licht en houding. Af en toe, willekeurig, vraagt de server ook om enkele kleine foto’s van je gezicht: hij bekijkt ze in het geheugen, om te controleren dat je er echt bent, en bewaart ze niet.',
      privacy: 'Soms foto’s verstuurd, nooit bewaard',
    },
  },
  deciding: {
    title: 'Een ogenblik',
    enroll: 'De camera is uit. Je gezichtssjabloon wordt opgeslagen…',
    authenticate: 'De camera is uit. Bezig met controleren…',
    liveness: 'De camera is uit. Bezig met controleren…',
    age_verify: 'De camera is uit. Bezig met controleren…',
  },
  pin: {
    newTitle: 'Kies een pincode',
    newText: 'Die helpt als je gezicht alleen niet genoeg is.',
    askTitle: 'Voer je pincode in',
    askText: 'Je gezicht alleen is deze keer niet genoeg.',
    label: 'Pincode',
    hint: '4 tot en met 16 cijfers',
    pad: 'Cijfers',
    wrong: 'Deze pincode klopt niet.',
    format: 'Een pincode heeft 4 tot en met 16 cijfers en verder niets.',
    weak: 'Deze pincode is te makkelijk te raden. Vermijd reeksen en herhaalde cijfers.',
    notUnique: 'Kies een andere pincode.',
    typed: 'Ingevoerde cijfers: {digits}',
    triesLeft: { one: 'Nog {count} poging', other: 'Nog {count} pogingen' },
  },
  retry: {
    'not-clear': {
      title: 'Dat was niet duidelijk genoeg',
      advice: 'Draai je gezicht naar het licht, zet je zonnebril of mondkapje af en probeer het opnieuw.',
    },
    expired: { title: 'Dat duurde te lang', advice: 'Er is niets mis. Probeer het nog een keer.' },
  },
  done: {
    enroll: { title: 'Alles is klaar', text: 'De volgende keer kun je inloggen met je gezicht.' },
    authenticate: { title: 'Welkom terug', text: 'Je bent herkend.' },
    liveness: { title: 'Bedankt', text: 'Dit lijkt een echt gezicht.' },
    age_verify: { title: 'Bedankt', text: 'Dit apparaat heeft je leeftijd geschat. Een schatting kan fout zijn.' },
  },
  failure: {
    'no-face': {
      title: 'We konden je gezicht niet zien',
      advice: 'Controleer of de camera niet bedekt is, kijk erin bij goed licht en probeer het opnieuw.',
    },
    'many-faces': {
      title: 'Meer dan één gezicht',
      advice: 'Zorg dat je alleen in beeld bent en probeer het opnieuw.',
    },
    'poor-view': {
      title: 'Het beeld was niet goed genoeg',
      advice:
        'Kom dichterbij, draai je gezicht naar het licht, zet je zonnebril of mondkapje af en probeer het opnieuw.',
    },
    spoof: {
      title: 'Dit lijkt geen echt gezicht',
      advice:
        'Ga zelf voor de camera zitten, zonder foto of scherm. Vermijd weerspiegelingen en fel licht van achteren en probeer het opnieuw.',
    },
    'camera-denied': {
      title: 'De camera is geblokkeerd',
      advice:
        'Sta de camera voor deze site toe in de adresbalk of in de instellingen van je browser en probeer het opnieuw.',
    },
    'camera-missing': {
      title: 'Geen camera gevonden',
      advice: 'Sluit een camera aan of gebruik een apparaat met een camera en probeer het opnieuw.',
    },
    'camera-busy': {
      title: 'De camera is in gebruik',
      advice: 'Sluit andere programma’s of tabbladen die de camera gebruiken en probeer het opnieuw.',
    },
    'camera-lost': {
      title: 'De camera is gestopt',
      advice: 'Controleer of hij nog is aangesloten en probeer het opnieuw.',
    },
    'insecure-page': {
      title: 'Deze pagina kan de camera niet gebruiken',
      advice: 'Een camera vereist een veilig adres. Open deze pagina met https:// ervoor.',
    },
    'browser-unsupported': {
      title: 'Deze browser kan dit niet',
      advice: 'Gebruik een recente versie van Chrome, Edge, Firefox of Safari, of log op een andere manier in.',
    },
    'consent-declined': {
      title: 'Er is geen gezicht vastgelegd',
      advice: 'Dat is prima: zonder je toestemming wordt er niets bewaard. Je kunt op een andere manier inloggen.',
    },
    'server-slow': {
      title: 'De server heeft niet gereageerd',
      advice: 'Controleer je verbinding en probeer het zo meteen opnieuw.',
    },
    cancelled: { title: 'Geannuleerd', advice: 'Er is niets bewaard. Je kunt altijd opnieuw beginnen.' },
    'in-progress': { title: 'Al geopend', advice: 'Voltooi of sluit eerst het andere inlogvenster.' },
    network: { title: 'Geen verbinding', advice: 'Controleer je internetverbinding en probeer het opnieuw.' },
    'site-fault': {
      title: 'Deze site is hier niet op ingesteld',
      advice:
        'Het ligt niet aan jou. Log op een andere manier in en laat het de site weten: de code hieronder helpt daarbij.',
    },
    origin: {
      title: 'Niet toegestaan op dit adres',
      advice: 'De eigenaar van deze site moet eerst het adres toestaan. Log op een andere manier in.',
    },
    'too-many': { title: 'Te veel pogingen', advice: 'Wacht een paar minuten of log op een andere manier in.' },
    expired: { title: 'De tijd is om', advice: 'Er is niets bewaard. Begin opnieuw.' },
    'server-fault': {
      title: 'Er ging iets mis op de server',
      advice: 'Het ligt niet aan jou. Probeer het zo meteen opnieuw of log op een andere manier in.',
    },
    busy: { title: 'Het is nu erg druk', advice: 'Wacht even en probeer het opnieuw.' },
    crashed: {
      title: 'Hier ging iets mis',
      advice: 'Probeer het opnieuw. Gebeurt het weer, laad de pagina dan opnieuw.',
    },
    'storage-full': {
      title: 'Geen ruimte meer',
      advice: 'Maak ruimte vrij op dit apparaat en laad de pagina opnieuw.',
    },
    'not-recognised': {
      title: 'Je bent niet herkend',
      advice:
        'Draai je gezicht naar het licht en probeer het opnieuw. Heb je inloggen met je gezicht hier nog niet ingesteld? Doe dat dan eerst, of log op een andere manier in.',
    },
    'unknown-device': {
      title: 'Dit apparaat is hier niet bekend',
      advice:
        'Gebruik een apparaat waarmee je hier al eerder hebt ingelogd, of vraag de site om dit apparaat toe te laten.',
    },
    duplicate: {
      title: 'Dit gezicht is al geregistreerd',
      advice: 'Je hoeft hier niets te doen: log gewoon in met je gezicht.',
    },
    mismatch: {
      title: 'De opnamen komen niet overeen',
      advice: 'Dezelfde persoon moet tot het einde voor de camera blijven. Probeer het opnieuw.',
    },
    'pin-wrong': {
      title: 'De pincode klopte niet',
      advice: 'Wacht een tijdje voordat je het opnieuw probeert, of log op een andere manier in.',
    },
    'pin-not-unique': {
      title: 'Deze pincode kan niet worden gebruikt',
      advice: 'Begin opnieuw en kies een andere pincode.',
    },
    country: {
      title: 'Niet beschikbaar in jouw land',
      advice: 'Log op een andere manier in of vraag het aan de eigenaar van deze site.',
    },
    minor: {
      title: 'Je lijkt te jong voor deze site',
      advice:
        'Dit is een schatting aan de hand van je gezicht en kan fout zijn. Log op een andere manier in of vraag het de site.',
    },
    quota: {
      title: 'Er kunnen geen mensen meer bij',
      advice: 'Deze site heeft de limiet bereikt. Log op een andere manier in en laat het de site weten.',
    },
  },
} as const satisfies Messages
