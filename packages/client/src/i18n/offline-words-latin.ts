import type { Language } from './choose-language.ts'
import type { OfflineWords } from './offline-words.ts'

/** In the languages of Europe that are written in Latin letters. */
export const latinOfflineWords = {
  en: {
    offline: 'Offline',
    waiting: 'Waiting to sync',
    syncing: 'Syncing…',
    synced: 'Synced',
    refused: 'Refused by the server',
    review: 'Being reviewed',
    revoked: 'This device is no longer allowed',
    recognised: 'Recognised',
    recognisedText: 'It is noted on this device, and sent when there is a connection.',
    draft: 'Saved on this device',
    draftText: 'It counts once the server has taken it. Until then, your face is not recognised.',
    strangerAdvice:
      'Without a connection, only people whom this device knows are recognised. Face the light and try again, or wait for a connection.',
    cannot: 'Not possible offline',
    notReady: {
      unregistered:
        'This device is not set up to work without a connection. Connect it to the internet, then try again.',
      revoked: 'This device may no longer work without a connection. Connect it to the internet, or ask the site.',
      locked: 'Unlock this device with your passkey or connect it to the internet, then try again.',
      clock: 'The clock of this device was set back. Set the right time and connect to the internet, then try again.',
      ended: 'This device was without a connection for too long. Connect it to the internet, then try again.',
      'no-ticket':
        'This device has done as much as it may without a connection. Connect it to the internet, then try again.',
      full: 'Too much is waiting on this device. Connect it to the internet and let it sync.',
      'no-drafts': 'You cannot be added here without a connection. Connect to the internet, then try again.',
      'online-only': 'This needs a connection. Connect to the internet, then try again.',
    },
  },
  es: {
    offline: 'Sin conexión',
    waiting: 'Pendiente de sincronizar',
    syncing: 'Sincronizando…',
    synced: 'Sincronizado',
    refused: 'Rechazado por el servidor',
    review: 'En revisión',
    revoked: 'Este dispositivo ya no está autorizado',
    recognised: 'Te hemos reconocido',
    recognisedText: 'Queda anotado en este dispositivo y se enviará cuando haya conexión.',
    draft: 'Guardado en este dispositivo',
    draftText: 'Contará cuando el servidor lo haya aceptado. Hasta entonces no se reconocerá tu rostro.',
    strangerAdvice:
      'Sin conexión solo se reconoce a quienes este dispositivo conoce. Ponte de cara a la luz e inténtalo de nuevo, o espera a que haya conexión.',
    cannot: 'No es posible sin conexión',
    notReady: {
      unregistered:
        'Este dispositivo no está preparado para funcionar sin conexión. Conéctalo a internet e inténtalo de nuevo.',
      revoked: 'Este dispositivo ya no puede funcionar sin conexión. Conéctalo a internet o consulta con el sitio.',
      locked: 'Desbloquea este dispositivo con tu llave de acceso o conéctalo a internet e inténtalo de nuevo.',
      clock:
        'El reloj de este dispositivo se ha atrasado. Pon la hora correcta, conéctate a internet e inténtalo de nuevo.',
      ended: 'Este dispositivo ha estado demasiado tiempo sin conexión. Conéctalo a internet e inténtalo de nuevo.',
      'no-ticket':
        'Este dispositivo ya ha hecho todo lo que puede sin conexión. Conéctalo a internet e inténtalo de nuevo.',
      full: 'Hay demasiado pendiente en este dispositivo. Conéctalo a internet y deja que se sincronice.',
      'no-drafts': 'Aquí no es posible darte de alta sin conexión. Conéctate a internet e inténtalo de nuevo.',
      'online-only': 'Para esto hace falta conexión. Conéctate a internet e inténtalo de nuevo.',
    },
  },
  fr: {
    offline: 'Hors ligne',
    waiting: 'En attente de synchronisation',
    syncing: 'Synchronisation…',
    synced: 'Synchronisé',
    refused: 'Refusé par le serveur',
    review: 'En cours de vérification',
    revoked: 'Cet appareil n’est plus autorisé',
    recognised: 'Votre visage a été reconnu',
    recognisedText: 'C’est noté sur cet appareil, et envoyé dès qu’il y aura une connexion.',
    draft: 'Enregistré sur cet appareil',
    draftText: 'Cela comptera dès que le serveur l’aura accepté. D’ici là, votre visage n’est pas reconnu.',
    strangerAdvice:
      'Sans connexion, seules les personnes que cet appareil connaît sont reconnues. Placez-vous face à la lumière et réessayez, ou attendez une connexion.',
    cannot: 'Impossible hors ligne',
    notReady: {
      unregistered:
        'Cet appareil n’est pas configuré pour fonctionner sans connexion. Connectez-le à Internet, puis réessayez.',
      revoked:
        'Cet appareil ne peut plus fonctionner sans connexion. Connectez-le à Internet ou adressez-vous au site.',
      locked: 'Déverrouillez cet appareil avec votre clé d’accès ou connectez-le à Internet, puis réessayez.',
      clock:
        'L’horloge de cet appareil a été retardée. Mettez-la à l’heure, connectez-vous à Internet, puis réessayez.',
      ended: 'Cet appareil est resté trop longtemps sans connexion. Connectez-le à Internet, puis réessayez.',
      'no-ticket': 'Cet appareil a fait tout ce qu’il peut sans connexion. Connectez-le à Internet, puis réessayez.',
      full: 'Trop de choses attendent sur cet appareil. Connectez-le à Internet et laissez-le se synchroniser.',
      'no-drafts':
        'Il n’est pas possible de vous ajouter ici sans connexion. Connectez-vous à Internet, puis réessayez.',
      'online-only': 'Il faut une connexion pour cela. Connectez-vous à Internet, puis réessayez.',
    },
  },
  de: {
    offline: 'Offline',
    waiting: 'Wartet auf Abgleich',
    syncing: 'Wird abgeglichen…',
    synced: 'Abgeglichen',
    refused: 'Vom Server abgelehnt',
    review: 'Wird geprüft',
    revoked: 'Dieses Gerät ist nicht mehr zugelassen',
    recognised: 'Sie wurden erkannt',
    recognisedText: 'Es ist auf diesem Gerät vermerkt und wird gesendet, sobald es eine Verbindung gibt.',
    draft: 'Auf diesem Gerät gespeichert',
    draftText: 'Es zählt, sobald der Server es angenommen hat. Bis dahin wird Ihr Gesicht nicht erkannt.',
    strangerAdvice:
      'Ohne Verbindung werden nur Personen erkannt, die dieses Gerät kennt. Wenden Sie sich zum Licht und versuchen Sie es noch einmal, oder warten Sie auf eine Verbindung.',
    cannot: 'Offline nicht möglich',
    notReady: {
      unregistered:
        'Dieses Gerät ist nicht dafür eingerichtet, ohne Verbindung zu arbeiten. Verbinden Sie es mit dem Internet und versuchen Sie es noch einmal.',
      revoked:
        'Dieses Gerät darf nicht mehr ohne Verbindung arbeiten. Verbinden Sie es mit dem Internet oder fragen Sie die Website.',
      locked:
        'Entsperren Sie dieses Gerät mit Ihrem Passkey oder verbinden Sie es mit dem Internet, und versuchen Sie es noch einmal.',
      clock:
        'Die Uhr dieses Geräts wurde zurückgestellt. Stellen Sie sie richtig, verbinden Sie es mit dem Internet und versuchen Sie es noch einmal.',
      ended:
        'Dieses Gerät war zu lange ohne Verbindung. Verbinden Sie es mit dem Internet und versuchen Sie es noch einmal.',
      'no-ticket':
        'Dieses Gerät hat so viel getan, wie es ohne Verbindung darf. Verbinden Sie es mit dem Internet und versuchen Sie es noch einmal.',
      full: 'Auf diesem Gerät wartet zu viel. Verbinden Sie es mit dem Internet und lassen Sie es abgleichen.',
      'no-drafts':
        'Ohne Verbindung können Sie hier nicht aufgenommen werden. Stellen Sie eine Verbindung her und versuchen Sie es noch einmal.',
      'online-only': 'Dafür wird eine Verbindung gebraucht. Stellen Sie eine her und versuchen Sie es noch einmal.',
    },
  },
  pt: {
    offline: 'Sem conexão',
    waiting: 'Aguardando sincronização',
    syncing: 'Sincronizando…',
    synced: 'Sincronizado',
    refused: 'Recusado pelo servidor',
    review: 'Em análise',
    revoked: 'Este dispositivo não é mais permitido',
    recognised: 'Reconhecemos o seu rosto',
    recognisedText: 'Fica anotado neste dispositivo e será enviado quando houver conexão.',
    draft: 'Salvo neste dispositivo',
    draftText: 'Só vale depois que o servidor aceitar. Até lá, o seu rosto não é reconhecido.',
    strangerAdvice:
      'Sem conexão, só são reconhecidas as pessoas que este dispositivo conhece. Fique de frente para a luz e tente novamente, ou espere pela conexão.',
    cannot: 'Não é possível sem conexão',
    notReady: {
      unregistered:
        'Este dispositivo não está preparado para funcionar sem conexão. Conecte-o à internet e tente novamente.',
      revoked: 'Este dispositivo não pode mais funcionar sem conexão. Conecte-o à internet ou fale com o site.',
      locked: 'Desbloqueie este dispositivo com a sua chave de acesso ou conecte-o à internet e tente novamente.',
      clock: 'O relógio deste dispositivo foi atrasado. Acerte a hora, conecte-se à internet e tente novamente.',
      ended: 'Este dispositivo ficou tempo demais sem conexão. Conecte-o à internet e tente novamente.',
      'no-ticket': 'Este dispositivo já fez tudo o que pode sem conexão. Conecte-o à internet e tente novamente.',
      full: 'Há coisas demais à espera neste dispositivo. Conecte-o à internet e deixe-o sincronizar.',
      'no-drafts': 'Não é possível adicionar você aqui sem conexão. Conecte-se à internet e tente novamente.',
      'online-only': 'Isto precisa de conexão. Conecte-se à internet e tente novamente.',
    },
  },
  it: {
    offline: 'Non in linea',
    waiting: 'In attesa di sincronizzazione',
    syncing: 'Sincronizzazione…',
    synced: 'Sincronizzato',
    refused: 'Rifiutato dal server',
    review: 'In fase di verifica',
    revoked: 'Questo dispositivo non è più ammesso',
    recognised: 'Il tuo volto è stato riconosciuto',
    recognisedText: 'È annotato su questo dispositivo e verrà inviato appena c’è una connessione.',
    draft: 'Salvato su questo dispositivo',
    draftText: 'Varrà quando il server l’avrà accettato. Fino ad allora il tuo volto non viene riconosciuto.',
    strangerAdvice:
      'Senza connessione vengono riconosciute solo le persone che questo dispositivo conosce. Mettiti di fronte alla luce e riprova, oppure attendi una connessione.',
    cannot: 'Non possibile senza connessione',
    notReady: {
      unregistered:
        'Questo dispositivo non è configurato per funzionare senza connessione. Collegalo a Internet, poi riprova.',
      revoked: 'Questo dispositivo non può più funzionare senza connessione. Collegalo a Internet o rivolgiti al sito.',
      locked: 'Sblocca questo dispositivo con la tua passkey o collegalo a Internet, poi riprova.',
      clock:
        'L’orologio di questo dispositivo è stato messo indietro. Imposta l’ora giusta, collegati a Internet, poi riprova.',
      ended: 'Questo dispositivo è rimasto troppo a lungo senza connessione. Collegalo a Internet, poi riprova.',
      'no-ticket':
        'Questo dispositivo ha fatto tutto ciò che può senza connessione. Collegalo a Internet, poi riprova.',
      full: 'C’è troppo in attesa su questo dispositivo. Collegalo a Internet e lascia che si sincronizzi.',
      'no-drafts': 'Qui non è possibile aggiungerti senza connessione. Collegati a Internet, poi riprova.',
      'online-only': 'Per questo serve una connessione. Collegati a Internet, poi riprova.',
    },
  },
  nl: {
    offline: 'Offline',
    waiting: 'Wacht op synchronisatie',
    syncing: 'Synchroniseren…',
    synced: 'Gesynchroniseerd',
    refused: 'Geweigerd door de server',
    review: 'Wordt beoordeeld',
    revoked: 'Dit apparaat is niet meer toegestaan',
    recognised: 'Je bent herkend',
    recognisedText: 'Het is op dit apparaat genoteerd en wordt verstuurd zodra er verbinding is.',
    draft: 'Opgeslagen op dit apparaat',
    draftText: 'Het telt zodra de server het heeft aangenomen. Tot dan wordt je gezicht niet herkend.',
    strangerAdvice:
      'Zonder verbinding worden alleen mensen herkend die dit apparaat kent. Draai je gezicht naar het licht en probeer het opnieuw, of wacht op verbinding.',
    cannot: 'Offline niet mogelijk',
    notReady: {
      unregistered:
        'Dit apparaat is niet ingesteld om zonder verbinding te werken. Verbind het met internet en probeer het opnieuw.',
      revoked: 'Dit apparaat mag niet meer zonder verbinding werken. Verbind het met internet of vraag het de site.',
      locked: 'Ontgrendel dit apparaat met je passkey of verbind het met internet en probeer het opnieuw.',
      clock:
        'De klok van dit apparaat is teruggezet. Zet hem goed, maak verbinding met internet en probeer het opnieuw.',
      ended: 'Dit apparaat was te lang zonder verbinding. Verbind het met internet en probeer het opnieuw.',
      'no-ticket':
        'Dit apparaat heeft alles gedaan wat zonder verbinding mag. Verbind het met internet en probeer het opnieuw.',
      full: 'Er wacht te veel op dit apparaat. Verbind het met internet en laat het synchroniseren.',
      'no-drafts':
        'Je kunt hier niet worden toegevoegd zonder verbinding. Maak verbinding met internet en probeer het opnieuw.',
      'online-only': 'Hiervoor is verbinding nodig. Maak verbinding met internet en probeer het opnieuw.',
    },
  },
  pl: {
    offline: 'Brak połączenia',
    waiting: 'Czeka na synchronizację',
    syncing: 'Synchronizowanie…',
    synced: 'Zsynchronizowano',
    refused: 'Odrzucone przez serwer',
    review: 'Sprawdzane',
    revoked: 'To urządzenie nie jest już dopuszczone',
    recognised: 'Rozpoznaliśmy Twoją twarz',
    recognisedText: 'Zapisano to na tym urządzeniu; zostanie wysłane, gdy będzie połączenie.',
    draft: 'Zapisano na tym urządzeniu',
    draftText: 'Liczy się dopiero, gdy serwer to przyjmie. Do tego czasu Twoja twarz nie jest rozpoznawana.',
    strangerAdvice:
      'Bez połączenia rozpoznawane są tylko osoby, które to urządzenie zna. Stań twarzą do światła i spróbuj ponownie albo poczekaj na połączenie.',
    cannot: 'Niemożliwe bez połączenia',
    notReady: {
      unregistered:
        'To urządzenie nie jest skonfigurowane do pracy bez połączenia. Połącz je z internetem i spróbuj ponownie.',
      revoked:
        'To urządzenie nie może już działać bez połączenia. Połącz je z internetem lub zapytaj właściciela strony.',
      locked: 'Odblokuj to urządzenie kluczem dostępu lub połącz je z internetem i spróbuj ponownie.',
      clock: 'Zegar tego urządzenia został cofnięty. Ustaw właściwy czas, połącz się z internetem i spróbuj ponownie.',
      ended: 'To urządzenie było zbyt długo bez połączenia. Połącz je z internetem i spróbuj ponownie.',
      'no-ticket':
        'To urządzenie zrobiło już tyle, ile może bez połączenia. Połącz je z internetem i spróbuj ponownie.',
      full: 'Na tym urządzeniu czeka zbyt wiele. Połącz je z internetem i pozwól mu się zsynchronizować.',
      'no-drafts': 'Bez połączenia nie można tu nikogo dodać. Połącz się z internetem i spróbuj ponownie.',
      'online-only': 'To wymaga połączenia. Połącz się z internetem i spróbuj ponownie.',
    },
  },
} as const satisfies Readonly<Partial<Record<Language, OfflineWords>>>
