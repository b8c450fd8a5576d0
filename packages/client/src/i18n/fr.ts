import type { Messages } from './messages.ts'

export const fr = {
  locale: 'fr',
  direction: 'ltr',
  title: {
    enroll: 'Configurer la connexion faciale',
    authenticate: 'Se connecter avec votre visage',
    liveness: 'Vérifier votre présence',
    age_verify: 'Vérifier votre âge',
  },
  action: {
    close: 'Fermer',
    cancel: 'Annuler',
    accept: 'J’accepte',
    decline: 'Non merci',
    again: 'Réessayer',
    finish: 'Terminé',
    confirm: 'Continuer',
    skip: 'Continuer sans code PIN',
    showPin: 'Afficher le code PIN',
    hidePin: 'Masquer le code PIN',
    chooseCamera: 'Caméra',
    switchCamera: 'Changer de caméra',
    start: 'Commencer',
    deleteDigit: 'Effacer le dernier chiffre',
  },
  preparing: {
    title: 'Préparation',
    session: 'Connexion…',
    models: 'Chargement de la reconnaissance faciale. Elle est conservée pour la prochaine fois.',
    bytes: '{loaded} sur {total}',
    runtime: 'Démarrage de la reconnaissance faciale…',
    progress: 'Chargement',
  },
  consent: {
    title: 'Avant de regarder votre visage',
    lead: '{application} souhaite vous reconnaître à votre visage. C’est vous qui décidez.',
    points: [
      {
        title: 'Ce qui est calculé',
        text: 'Ce navigateur regarde votre visage par la caméra et le transforme en une liste de nombres, appelée gabarit facial.',
      },
      {
        title: 'Ce qui quitte cet appareil',
        text: 'Des gabarits faciaux sont envoyés, avec quelques mesures comme la lumière et la position. Aucune photo ni vidéo ne quitte cet appareil.',
      },
      {
        title: 'Qui le conserve',
        text: '{application} conserve le gabarit pour vous reconnaître ici, et pour rien d’autre. Un gabarit est une donnée personnelle : traitez-le comme vous le feriez d’une photo.',
      },
      {
        title: 'Comment revenir en arrière',
        text: 'Vous pouvez le faire supprimer à tout moment : adressez-vous à {application}. Ensuite, on ne vous reconnaîtra plus.',
      },
    ],
    closing: 'Si vous acceptez, votre visage sera capturé une fois, maintenant.',
    ageGate: {
      title: 'Votre âge',
      text: 'Cet appareil estime d’après votre visage si vous avez l’âge requis. {application} ne reçoit qu’un oui ou un non.',
    },
    details: {
      title: 'Votre âge et votre genre',
      text: 'Cet appareil estime les deux d’après votre visage et les communique à {application}. Une estimation peut être fausse.',
    },
    purpose: 'À quoi cela sert',
    version: 'Version {version}',
  },
  intro: {
    title: 'Trois choses qui aident',
    points: [
      'Placez-vous face à la lumière, pas dos à elle',
      'Retirez vos lunettes de soleil ou votre masque',
      'Personne d’autre que vous dans l’image',
    ],
    countdown: 'Début automatique dans {seconds}',
  },
  permission: {
    title: 'Autorisez la caméra',
    text: 'Votre navigateur demande si cette page peut utiliser la caméra. Choisissez « Autoriser ».',
    privacy: 'L’image reste sur cet appareil.',
  },
  guidance: {
    'no-face': 'Placez votre visage dans l’ovale',
    'many-faces': 'Une seule personne, s’il vous plaît',
    closer: 'Approchez-vous un peu',
    back: 'Reculez un peu',
    left: 'Déplacez-vous vers votre gauche',
    right: 'Déplacez-vous vers votre droite',
    up: 'Montez un peu',
    down: 'Descendez un peu',
    'more-light': 'Trop sombre : cherchez la lumière',
    'less-light': 'Trop clair : cherchez une lumière douce',
    backlight: 'Lumière derrière vous : retournez-vous',
    'look-straight': 'Regardez l’écran bien en face',
    'uncover-mouth': 'Retirez le masque ou découvrez la bouche',
    'uncover-eyes': 'Retirez vos lunettes de soleil',
    'open-eyes': 'Ouvrez les yeux',
    'hold-still': 'Ne bougez plus',
  },
  camera: {
    preview: 'Image de votre caméra, en miroir',
    plainPreview: 'Image de votre caméra',
    progress: 'Capture',
    intro: 'La caméra est allumée. Tenez l’appareil devant votre visage et suivez les instructions.',
    capturing: 'Ne bougez plus, capture en cours',
    local: 'L’image reste sur cet appareil',
  },
  active: {
    actions: {
      turn_left: 'Tournez la tête vers votre gauche',
      turn_right: 'Tournez la tête vers votre droite',
      blink: 'Fermez les yeux un instant',
      come_closer: 'Approchez-vous de l’écran',
      hold: 'Restez ainsi un instant',
    },
    step: 'Étape {step} sur {steps}',
    holdInstead: 'Continuer sans bouger',
    stepDone: 'C’est fait',
  },
  pictures: {
    title: 'Des images seront envoyées',
    leaves:
      'Des gabarits faciaux sont envoyés, avec quelques mesures comme la lumière et la position. Quelques petites images de votre visage le sont aussi : le serveur les examine en mémoire, pour vérifier que vous êtes bien là, et ne les conserve pas.',
    colours:
      'L’écran changera plusieurs fois de couleur pour éclairer votre visage. Si ces changements peuvent vous nuire, par exemple en cas d’épilepsie photosensible, continuez sans eux.',
    brightness: 'Cela fonctionne mieux loin d’une lumière vive, avec l’écran à pleine luminosité.',
    withoutColours: 'Sans changements de couleur',
    withoutMotion: 'Sans tourner la tête',
    privacy: 'Images envoyées mais non conservées',
    flash: 'Continuez à regarder l’écran',
    up: 'Levez un peu la tête',
    down: 'Baissez un peu la tête',
    perhaps: {
      title: 'Des images seront peut-être envoyées',
      leaves:
        'Des gabarits faciaux sont envoyés, avec quelques mesures comme la lumière et la position. De temps en temps, au hasard, le serveur demande aussi quelques petites images de votre visage : il les examine en mémoire, pour vérifier que vous êtes bien là, et ne les conserve pas.',
      privacy: 'Images parfois envoyées, non conservées',
    },
  },
  deciding: {
    title: 'Un instant',
    enroll: 'La caméra est éteinte. Enregistrement de votre gabarit facial…',
    authenticate: 'La caméra est éteinte. Vérification…',
    liveness: 'La caméra est éteinte. Vérification…',
    age_verify: 'La caméra est éteinte. Vérification…',
  },
  pin: {
    newTitle: 'Choisissez un code PIN',
    newText: 'Il sert quand le visage seul ne suffit pas.',
    askTitle: 'Saisissez votre code PIN',
    askText: 'Cette fois, votre visage seul ne suffit pas.',
    label: 'Code PIN',
    hint: 'De 4 à 16 chiffres',
    pad: 'Chiffres',
    wrong: 'Ce code PIN est incorrect.',
    format: 'Un code PIN compte de 4 à 16 chiffres, et rien d’autre.',
    weak: 'Ce code PIN est trop facile à deviner. Évitez les suites et les chiffres répétés.',
    notUnique: 'Choisissez un autre code PIN.',
    typed: 'Chiffres saisis : {digits}',
    triesLeft: { one: '{count} essai restant', other: '{count} essais restants' },
  },
  retry: {
    'not-clear': {
      title: 'L’image n’était pas assez nette',
      advice: 'Placez-vous face à la lumière, retirez vos lunettes de soleil ou votre masque, puis réessayez.',
    },
    expired: { title: 'Cela a pris trop de temps', advice: 'Ce n’est rien. Réessayez encore une fois.' },
  },
  done: {
    enroll: { title: 'Tout est prêt', text: 'La prochaine fois, vous pourrez vous connecter avec votre visage.' },
    authenticate: { title: 'Bon retour', text: 'Votre visage a été reconnu.' },
    liveness: { title: 'Merci', text: 'Cela ressemble à un vrai visage.' },
    age_verify: { title: 'Merci', text: 'Cet appareil a estimé votre âge. Une estimation peut être fausse.' },
  },
  failure: {
    'no-face': {
      title: 'Votre visage n’était pas visible',
      advice: 'Vérifiez que rien ne cache la caméra, placez-vous face à elle dans une bonne lumière, puis réessayez.',
    },
    'many-faces': {
      title: 'Il y a plus d’un visage',
      advice: 'Assurez-vous que personne d’autre n’est dans l’image, puis réessayez.',
    },
    'poor-view': {
      title: 'L’image n’était pas assez bonne',
      advice:
        'Approchez-vous, placez-vous face à la lumière, retirez vos lunettes de soleil ou votre masque, puis réessayez.',
    },
    spoof: {
      title: 'Cela ne ressemble pas à un vrai visage',
      advice:
        'Placez-vous vous-même devant la caméra, sans photo ni écran. Évitez les reflets et une forte lumière derrière vous, puis réessayez.',
    },
    'camera-denied': {
      title: 'La caméra est bloquée',
      advice:
        'Autorisez la caméra pour ce site dans la barre d’adresse ou dans les réglages de votre navigateur, puis réessayez.',
    },
    'camera-missing': {
      title: 'Aucune caméra trouvée',
      advice: 'Branchez une caméra ou utilisez un appareil qui en a une, puis réessayez.',
    },
    'camera-busy': {
      title: 'La caméra est déjà utilisée',
      advice: 'Fermez les autres programmes ou onglets qui utilisent la caméra, puis réessayez.',
    },
    'camera-lost': {
      title: 'La caméra s’est arrêtée',
      advice: 'Vérifiez qu’elle est toujours branchée, puis réessayez.',
    },
    'insecure-page': {
      title: 'Cette page ne peut pas utiliser la caméra',
      advice: 'La caméra exige une adresse sécurisée. Ouvrez cette page avec https:// au début.',
    },
    'browser-unsupported': {
      title: 'Ce navigateur ne le permet pas',
      advice:
        'Utilisez une version actuelle de Chrome, Edge, Firefox ou Safari, ou connectez-vous d’une autre manière.',
    },
    'consent-declined': {
      title: 'Aucun visage n’a été capturé',
      advice: 'Ce n’est rien : sans votre accord, rien n’est conservé. Vous pouvez vous connecter d’une autre manière.',
    },
    'server-slow': {
      title: 'Le serveur n’a pas répondu',
      advice: 'Vérifiez votre connexion et réessayez dans un instant.',
    },
    cancelled: { title: 'Annulé', advice: 'Rien n’a été conservé. Vous pouvez recommencer à tout moment.' },
    'in-progress': { title: 'Déjà ouvert', advice: 'Terminez ou fermez d’abord l’autre connexion faciale.' },
    network: { title: 'Pas de connexion', advice: 'Vérifiez votre connexion à Internet, puis réessayez.' },
    'site-fault': {
      title: 'Ce site n’est pas configuré pour cela',
      advice:
        'Vous n’y êtes pour rien. Connectez-vous d’une autre manière et prévenez le site : le code ci-dessous l’aidera.',
    },
    origin: {
      title: 'Non autorisé à cette adresse',
      advice: 'Le propriétaire de ce site doit d’abord autoriser son adresse. Connectez-vous d’une autre manière.',
    },
    'too-many': {
      title: 'Trop d’essais',
      advice: 'Attendez quelques minutes ou connectez-vous d’une autre manière.',
    },
    expired: { title: 'Le temps est écoulé', advice: 'Rien n’a été conservé. Veuillez recommencer.' },
    'server-fault': {
      title: 'Un problème est survenu sur le serveur',
      advice: 'Vous n’y êtes pour rien. Réessayez dans un instant ou connectez-vous d’une autre manière.',
    },
    busy: { title: 'Beaucoup de monde en ce moment', advice: 'Attendez un instant, puis réessayez.' },
    crashed: {
      title: 'Un problème est survenu ici',
      advice: 'Réessayez. Si cela se reproduit, rechargez la page.',
    },
    'storage-full': {
      title: 'Plus d’espace disponible',
      advice: 'Libérez de l’espace sur cet appareil, puis rechargez la page.',
    },
    'not-recognised': {
      title: 'Votre visage n’a pas été reconnu',
      advice:
        'Placez-vous face à la lumière et réessayez. Si vous n’avez pas configuré la connexion faciale ici, faites-le d’abord ou connectez-vous d’une autre manière.',
    },
    'unknown-device': {
      title: 'Cet appareil n’est pas connu ici',
      advice:
        'Utilisez un appareil avec lequel vous vous êtes déjà connecté, ou demandez au site d’autoriser celui-ci.',
    },
    duplicate: {
      title: 'Ce visage est déjà enregistré',
      advice: 'Il n’y a rien à faire ici : connectez-vous avec votre visage.',
    },
    mismatch: {
      title: 'Les captures ne concordent pas',
      advice: 'La même personne doit rester devant la caméra jusqu’à la fin. Réessayez.',
    },
    'pin-wrong': {
      title: 'Le code PIN était incorrect',
      advice: 'Attendez un moment avant de réessayer, ou connectez-vous d’une autre manière.',
    },
    'pin-not-unique': {
      title: 'Ce code PIN n’est pas utilisable',
      advice: 'Recommencez et choisissez un autre code PIN.',
    },
    country: {
      title: 'Non disponible dans votre pays',
      advice: 'Connectez-vous d’une autre manière ou adressez-vous au propriétaire de ce site.',
    },
    minor: {
      title: 'Vous semblez trop jeune pour ce site',
      advice:
        'C’est une estimation d’après votre visage, qui peut être fausse. Connectez-vous d’une autre manière ou adressez-vous au site.',
    },
    quota: {
      title: 'Impossible d’ajouter d’autres personnes',
      advice: 'Ce site a atteint sa limite. Connectez-vous d’une autre manière et prévenez le site.',
    },
  },
} as const satisfies Messages
