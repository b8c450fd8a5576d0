import type { Messages } from './messages.ts'

export const es = {
  locale: 'es',
  direction: 'ltr',
  title: {
    enroll: 'Configura el acceso facial',
    authenticate: 'Accede con tu rostro',
    liveness: 'Comprueba que estás aquí',
    age_verify: 'Comprueba tu edad',
  },
  action: {
    close: 'Cerrar',
    cancel: 'Cancelar',
    accept: 'Acepto',
    decline: 'No, gracias',
    again: 'Intentar de nuevo',
    finish: 'Listo',
    confirm: 'Continuar',
    skip: 'Continuar sin PIN',
    showPin: 'Mostrar PIN',
    hidePin: 'Ocultar PIN',
    chooseCamera: 'Cámara',
    switchCamera: 'Cambiar de cámara',
    start: 'Empezar',
    deleteDigit: 'Borrar el último dígito',
  },
  preparing: {
    title: 'Preparando todo',
    session: 'Conectando…',
    models: 'Cargando el reconocimiento facial. Se guarda para la próxima vez.',
    bytes: '{loaded} de {total}',
    runtime: 'Iniciando el reconocimiento facial…',
    progress: 'Carga',
  },
  consent: {
    title: 'Antes de mirar tu rostro',
    lead: 'A {application} le gustaría reconocerte por tu rostro. Tú decides.',
    points: [
      {
        title: 'Qué se calcula',
        text: 'Este navegador mira tu rostro con la cámara y lo convierte en una lista de números, llamada plantilla facial.',
      },
      {
        title: 'Qué sale de este dispositivo',
        text: 'Se envían plantillas faciales y algunas mediciones, como la luz y la posición. Ninguna foto ni grabación sale de este dispositivo.',
      },
      {
        title: 'Quién la guarda',
        text: '{application} guarda la plantilla para reconocerte aquí y para nada más. Una plantilla es un dato personal: trátala como tratarías una foto.',
      },
      {
        title: 'Cómo retirarla',
        text: 'Puedes hacer que se elimine en cualquier momento: pídelo a {application}. Después ya no se te reconocerá.',
      },
    ],
    closing: 'Si aceptas, tu rostro se capturará ahora una vez.',
    ageGate: {
      title: 'Tu edad',
      text: 'Este dispositivo estima a partir de tu rostro si tienes la edad necesaria. A {application} solo se le comunica sí o no.',
    },
    details: {
      title: 'Tu edad y tu género',
      text: 'Este dispositivo estima ambos a partir de tu rostro y se comunican a {application}. Una estimación puede ser errónea.',
    },
    purpose: 'Para qué se usa',
    version: 'Versión {version}',
  },
  intro: {
    title: 'Tres cosas que ayudan',
    points: [
      'Ponte de cara a la luz, no de espaldas a ella',
      'Quítate las gafas de sol o la mascarilla',
      'Que no salga nadie más en la imagen',
    ],
    countdown: 'Inicio automático: {seconds}',
  },
  permission: {
    title: 'Permite el uso de la cámara',
    text: 'Tu navegador pregunta si esta página puede usar la cámara. Elige «Permitir».',
    privacy: 'La imagen no sale de este dispositivo.',
  },
  guidance: {
    'no-face': 'Coloca el rostro dentro del óvalo',
    'many-faces': 'Solo una persona, por favor',
    closer: 'Acércate un poco',
    back: 'Aléjate un poco',
    left: 'Muévete hacia tu izquierda',
    right: 'Muévete hacia tu derecha',
    up: 'Sube un poco',
    down: 'Baja un poco',
    'more-light': 'Muy oscuro: busca más luz',
    'less-light': 'Mucha luz: busca una más suave',
    backlight: 'Tienes la luz detrás: date la vuelta',
    'look-straight': 'Mira de frente a la pantalla',
    'uncover-mouth': 'Quítate la mascarilla o descubre la boca',
    'uncover-eyes': 'Quítate las gafas de sol',
    'open-eyes': 'Abre los ojos',
    'hold-still': 'No te muevas',
  },
  camera: {
    preview: 'Imagen de tu cámara, como en un espejo',
    plainPreview: 'Imagen de tu cámara',
    progress: 'Captura',
    intro: 'La cámara está encendida. Sostén el dispositivo frente a tu rostro y sigue las instrucciones.',
    capturing: 'No te muevas, capturando',
    local: 'La imagen no sale del dispositivo',
  },
  active: {
    actions: {
      turn_left: 'Gira la cabeza hacia tu izquierda',
      turn_right: 'Gira la cabeza hacia tu derecha',
      blink: 'Cierra los ojos un momento',
      come_closer: 'Acércate más a la pantalla',
      hold: 'Quédate así un momento',
    },
    step: 'Paso {step} de {steps}',
    holdInstead: 'Seguir sin moverme',
    stepDone: 'Hecho',
  },
  pictures: {
    title: 'Se enviarán imágenes',
    leaves:
      'Se envían plantillas faciales y algunas mediciones, como la luz y la posición. También se envían unas pocas imágenes pequeñas de tu rostro: el servidor las examina en memoria, para comprobar que estás realmente ahí, y no las guarda.',
    colours:
      'La pantalla cambiará de color varias veces para iluminar tu rostro. Si los cambios de color pueden hacerte daño, por ejemplo si tienes epilepsia fotosensible, continúa sin ellos.',
    brightness: 'Funciona mejor lejos de la luz intensa y con la pantalla al máximo de brillo.',
    withoutColours: 'Sin cambios de color',
    withoutMotion: 'Sin girar la cabeza',
    privacy: 'Se envían imágenes que no se guardan',
    flash: 'Sigue mirando a la pantalla',
    up: 'Inclina la cabeza hacia arriba',
    down: 'Inclina la cabeza hacia abajo',
    perhaps: {
      title: 'Puede que se envíen imágenes',
      leaves:
        'Se envían plantillas faciales y algunas mediciones, como la luz y la posición. De vez en cuando, al azar, el servidor pide también unas pocas imágenes pequeñas de tu rostro: las examina en memoria, para comprobar que estás realmente ahí, y no las guarda.',
      privacy: 'A veces se envían, nunca se guardan',
    },
  },
  deciding: {
    title: 'Un momento',
    enroll: 'La cámara está apagada. Guardando tu plantilla facial…',
    authenticate: 'La cámara está apagada. Comprobando…',
    liveness: 'La cámara está apagada. Comprobando…',
    age_verify: 'La cámara está apagada. Comprobando…',
  },
  pin: {
    newTitle: 'Elige un PIN',
    newText: 'Ayuda cuando el rostro no basta.',
    askTitle: 'Escribe tu PIN',
    askText: 'Esta vez no basta con tu rostro.',
    label: 'PIN',
    hint: 'De 4 a 16 dígitos',
    pad: 'Dígitos',
    wrong: 'Este PIN no es correcto.',
    format: 'Un PIN tiene de 4 a 16 dígitos y nada más.',
    weak: 'Este PIN es demasiado fácil de adivinar. Evita las secuencias y los dígitos repetidos.',
    notUnique: 'Elige otro PIN.',
    typed: 'Dígitos escritos: {digits}',
    triesLeft: { one: 'Queda {count} intento', other: 'Quedan {count} intentos' },
  },
  retry: {
    'not-clear': {
      title: 'No se ha visto con claridad',
      advice: 'Ponte de cara a la luz, quítate las gafas de sol o la mascarilla e inténtalo de nuevo.',
    },
    expired: { title: 'Ha tardado demasiado', advice: 'No pasa nada. Inténtalo una vez más.' },
  },
  done: {
    enroll: { title: 'Todo listo', text: 'La próxima vez podrás acceder con tu rostro.' },
    authenticate: { title: 'Hola de nuevo', text: 'Te hemos reconocido.' },
    liveness: { title: 'Gracias', text: 'Esto parece un rostro real.' },
    age_verify: { title: 'Gracias', text: 'Este dispositivo ha estimado tu edad. Una estimación puede ser errónea.' },
  },
  failure: {
    'no-face': {
      title: 'No hemos podido ver tu rostro',
      advice: 'Comprueba que nada tape la cámara, mírala con buena luz e inténtalo de nuevo.',
    },
    'many-faces': {
      title: 'Hay más de un rostro',
      advice: 'Asegúrate de que no salga nadie más en la imagen e inténtalo de nuevo.',
    },
    'poor-view': {
      title: 'La imagen no era lo bastante buena',
      advice: 'Acércate, ponte de cara a la luz, quítate las gafas de sol o la mascarilla e inténtalo de nuevo.',
    },
    spoof: {
      title: 'Esto no parece un rostro real',
      advice:
        'Ponte tú ante la cámara, no una foto ni una pantalla. Evita los reflejos y la luz fuerte por detrás e inténtalo de nuevo.',
    },
    'camera-denied': {
      title: 'La cámara está bloqueada',
      advice:
        'Permite la cámara para este sitio en la barra de direcciones o en los ajustes del navegador e inténtalo de nuevo.',
    },
    'camera-missing': {
      title: 'No se encuentra ninguna cámara',
      advice: 'Conecta una cámara o usa un dispositivo que tenga una e inténtalo de nuevo.',
    },
    'camera-busy': {
      title: 'La cámara está en uso',
      advice: 'Cierra otros programas o pestañas que usen la cámara e inténtalo de nuevo.',
    },
    'camera-lost': {
      title: 'La cámara se ha detenido',
      advice: 'Comprueba que siga conectada e inténtalo de nuevo.',
    },
    'insecure-page': {
      title: 'Esta página no puede usar la cámara',
      advice: 'La cámara requiere una dirección segura. Abre esta página con https:// delante.',
    },
    'browser-unsupported': {
      title: 'Este navegador no puede hacerlo',
      advice: 'Usa una versión actual de Chrome, Edge, Firefox o Safari, o accede de otra manera.',
    },
    'consent-declined': {
      title: 'No se ha capturado ningún rostro',
      advice: 'No hay problema: sin tu consentimiento no se guarda nada. Puedes acceder de otra manera.',
    },
    'server-slow': {
      title: 'El servidor no ha respondido',
      advice: 'Comprueba tu conexión e inténtalo de nuevo en un momento.',
    },
    cancelled: { title: 'Cancelado', advice: 'No se ha guardado nada. Puedes empezar de nuevo cuando quieras.' },
    'in-progress': { title: 'Ya está abierto', advice: 'Primero termina o cierra el otro acceso facial.' },
    network: { title: 'Sin conexión', advice: 'Comprueba tu conexión a internet e inténtalo de nuevo.' },
    'site-fault': {
      title: 'Este sitio no está preparado para esto',
      advice: 'No es culpa tuya. Accede de otra manera y avisa al sitio: el código de abajo les ayudará.',
    },
    origin: {
      title: 'No se permite en esta dirección',
      advice: 'El propietario de este sitio debe autorizar antes su dirección. Accede de otra manera.',
    },
    'too-many': { title: 'Demasiados intentos', advice: 'Espera unos minutos o accede de otra manera.' },
    expired: { title: 'Se ha agotado el tiempo', advice: 'No se ha guardado nada. Empieza de nuevo.' },
    'server-fault': {
      title: 'Algo ha fallado en el servidor',
      advice: 'No es culpa tuya. Inténtalo de nuevo en un momento o accede de otra manera.',
    },
    busy: { title: 'Hay mucha demanda ahora mismo', advice: 'Espera un momento e inténtalo de nuevo.' },
    crashed: { title: 'Algo ha fallado aquí', advice: 'Inténtalo de nuevo. Si vuelve a ocurrir, recarga la página.' },
    'storage-full': { title: 'No queda espacio', advice: 'Libera espacio en este dispositivo y recarga la página.' },
    'not-recognised': {
      title: 'No te hemos reconocido',
      advice:
        'Ponte de cara a la luz e inténtalo de nuevo. Si aún no has configurado aquí el acceso facial, hazlo primero o accede de otra manera.',
    },
    'unknown-device': {
      title: 'Este dispositivo no se conoce aquí',
      advice: 'Usa un dispositivo con el que ya hayas accedido o pide al sitio que admita este.',
    },
    duplicate: {
      title: 'Este rostro ya está registrado',
      advice: 'No tienes que hacer nada aquí: accede con tu rostro.',
    },
    mismatch: {
      title: 'Las capturas no coinciden',
      advice: 'La misma persona debe estar ante la cámara hasta el final. Inténtalo de nuevo.',
    },
    'pin-wrong': {
      title: 'El PIN no era correcto',
      advice: 'Espera un rato antes de volver a intentarlo o accede de otra manera.',
    },
    'pin-not-unique': { title: 'Este PIN no se puede usar', advice: 'Empieza de nuevo y elige otro PIN.' },
    country: {
      title: 'No disponible en tu país',
      advice: 'Accede de otra manera o consulta al propietario de este sitio.',
    },
    minor: {
      title: 'Pareces demasiado joven para este sitio',
      advice:
        'Es una estimación a partir de tu rostro y puede ser errónea. Accede de otra manera o consulta con el sitio.',
    },
    quota: {
      title: 'No se puede añadir a más personas',
      advice: 'Este sitio ha alcanzado su límite. Accede de otra manera y avisa al sitio.',
    },
  },
} as const satisfies Messages
