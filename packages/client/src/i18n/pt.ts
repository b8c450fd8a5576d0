import type { Messages } from './messages.ts'

export const pt = {
  locale: 'pt',
  direction: 'ltr',
  title: {
    enroll: 'Configure o acesso pelo rosto',
    authenticate: 'Entre com o seu rosto',
    liveness: 'Confirme que você está aqui',
    age_verify: 'Confirme a sua idade',
  },
  action: {
    close: 'Fechar',
    cancel: 'Cancelar',
    accept: 'Concordo',
    decline: 'Não concordo',
    again: 'Tentar novamente',
    finish: 'Concluir',
    confirm: 'Continuar',
    skip: 'Continuar sem PIN',
    showPin: 'Mostrar PIN',
    hidePin: 'Ocultar PIN',
    chooseCamera: 'Câmera',
    switchCamera: 'Trocar de câmera',
    start: 'Começar',
    deleteDigit: 'Apagar o último dígito',
  },
  preparing: {
    title: 'Preparando tudo',
    session: 'Conectando…',
    models: 'Carregando o reconhecimento facial. Ele fica guardado para a próxima vez.',
    bytes: '{loaded} de {total}',
    runtime: 'Iniciando o reconhecimento facial…',
    progress: 'Carregamento',
  },
  consent: {
    title: 'Antes de olharmos para o seu rosto',
    lead: '{application} gostaria de reconhecer você pelo rosto. A escolha é sua.',
    points: [
      {
        title: 'O que é calculado',
        text: 'Este navegador olha para o seu rosto pela câmera e o transforma em uma lista de números, chamada modelo facial.',
      },
      {
        title: 'O que sai deste dispositivo',
        text: 'Modelos faciais são enviados, com algumas medidas, como luz e posição. Nenhuma foto e nenhum vídeo saem deste dispositivo.',
      },
      {
        title: 'Quem o guarda',
        text: '{application} guarda o modelo para reconhecer você aqui e para mais nada. Um modelo é um dado pessoal: trate-o como trataria uma foto.',
      },
      {
        title: 'Como voltar atrás',
        text: 'Você pode pedir a exclusão a qualquer momento: fale com {application}. Depois disso, o seu rosto não será mais reconhecido.',
      },
    ],
    closing: 'Se você concordar, o seu rosto será capturado agora, uma vez.',
    ageGate: {
      title: 'A sua idade',
      text: 'Este dispositivo estima pelo seu rosto se você tem a idade necessária. {application} recebe apenas sim ou não.',
    },
    details: {
      title: 'A sua idade e o seu gênero',
      text: 'Este dispositivo estima os dois pelo seu rosto e os informa a {application}. Uma estimativa pode estar errada.',
    },
    purpose: 'Para que serve',
    version: 'Versão {version}',
  },
  intro: {
    title: 'Três coisas que ajudam',
    points: [
      'Fique de frente para a luz, não de costas',
      'Tire os óculos escuros ou a máscara',
      'Mais ninguém na imagem além de você',
    ],
    countdown: 'Início automático: {seconds}',
  },
  permission: {
    title: 'Permita a câmera',
    text: 'O seu navegador pergunta se esta página pode usar a câmera. Escolha “Permitir”.',
    privacy: 'A imagem não sai deste dispositivo.',
  },
  guidance: {
    'no-face': 'Coloque o rosto dentro do oval',
    'many-faces': 'Só uma pessoa, por favor',
    closer: 'Aproxime-se um pouco',
    back: 'Afaste-se um pouco',
    left: 'Vá para a sua esquerda',
    right: 'Vá para a sua direita',
    up: 'Suba um pouco',
    down: 'Desça um pouco',
    'more-light': 'Escuro demais: procure mais luz',
    'less-light': 'Claro demais: procure luz suave',
    backlight: 'A luz está atrás de você: vire-se',
    'look-straight': 'Olhe de frente para a tela',
    'uncover-mouth': 'Tire a máscara ou descubra a boca',
    'uncover-eyes': 'Tire os óculos escuros',
    'open-eyes': 'Abra os olhos',
    'hold-still': 'Não se mexa',
  },
  camera: {
    preview: 'Imagem da sua câmera, como em um espelho',
    plainPreview: 'Imagem da sua câmera',
    progress: 'Captura',
    intro: 'A câmera está ligada. Segure o dispositivo em frente ao rosto e siga as instruções.',
    capturing: 'Não se mexa, capturando',
    local: 'A imagem não sai deste dispositivo',
  },
  active: {
    actions: {
      turn_left: 'Vire a cabeça para a sua esquerda',
      turn_right: 'Vire a cabeça para a sua direita',
      blink: 'Feche os olhos por um momento',
      come_closer: 'Chegue mais perto da tela',
      hold: 'Fique assim por um momento',
    },
    step: 'Etapa {step} de {steps}',
    holdInstead: 'Continuar sem me mexer',
    stepDone: 'Feito',
  },
  pictures: {
    title: 'Imagens serão enviadas',
    leaves:
      'Modelos faciais são enviados, com algumas medidas, como luz e posição. Algumas imagens pequenas do seu rosto também são enviadas: o servidor as examina na memória, para verificar que você está mesmo aí, e não as guarda.',
    colours:
      'A tela mudará de cor algumas vezes para iluminar seu rosto. Se mudanças de cor puderem fazer mal a você, por exemplo em caso de epilepsia fotossensível, continue sem elas.',
    brightness: 'Funciona melhor longe de luz forte e com a tela no brilho máximo.',
    withoutColours: 'Sem mudança de cores',
    withoutMotion: 'Sem virar a cabeça',
    privacy: 'Imagens são enviadas e não guardadas',
    flash: 'Continue olhando para a tela',
    up: 'Incline a cabeça para cima',
    down: 'Incline a cabeça para baixo',
    perhaps: {
      title: 'Imagens podem ser enviadas',
      leaves:
        'Modelos faciais são enviados, com algumas medidas, como luz e posição. De vez em quando, ao acaso, o servidor também pede algumas imagens pequenas do seu rosto: ele as examina na memória, para verificar que você está mesmo aí, e não as guarda.',
      privacy: 'Às vezes enviadas, nunca guardadas',
    },
  },
  deciding: {
    title: 'Um momento',
    enroll: 'A câmera está desligada. Salvando o seu modelo facial…',
    authenticate: 'A câmera está desligada. Verificando…',
    liveness: 'A câmera está desligada. Verificando…',
    age_verify: 'A câmera está desligada. Verificando…',
  },
  pin: {
    newTitle: 'Escolha um PIN',
    newText: 'Ele ajuda quando só o rosto não basta.',
    askTitle: 'Digite o seu PIN',
    askText: 'Desta vez, só o rosto não basta.',
    label: 'PIN',
    hint: 'De 4 a 16 dígitos',
    pad: 'Dígitos',
    wrong: 'Este PIN não está correto.',
    format: 'Um PIN tem de 4 a 16 dígitos e mais nada.',
    weak: 'Este PIN é fácil demais de adivinhar. Evite sequências e dígitos repetidos.',
    notUnique: 'Escolha outro PIN.',
    typed: 'Dígitos digitados: {digits}',
    triesLeft: { one: 'Resta {count} tentativa', other: 'Restam {count} tentativas' },
  },
  retry: {
    'not-clear': {
      title: 'Não ficou claro o bastante',
      advice: 'Fique de frente para a luz, tire os óculos escuros ou a máscara e tente novamente.',
    },
    expired: { title: 'Demorou demais', advice: 'Não há nada de errado. Tente mais uma vez.' },
  },
  done: {
    enroll: { title: 'Tudo pronto', text: 'Da próxima vez, você poderá entrar com o seu rosto.' },
    authenticate: { title: 'Olá de novo', text: 'Reconhecemos o seu rosto.' },
    liveness: { title: 'Pronto', text: 'Isto parece um rosto real.' },
    age_verify: { title: 'Pronto', text: 'Este dispositivo estimou a sua idade. Uma estimativa pode estar errada.' },
  },
  failure: {
    'no-face': {
      title: 'Não conseguimos ver o seu rosto',
      advice: 'Verifique se nada cobre a câmera, olhe para ela com boa luz e tente novamente.',
    },
    'many-faces': {
      title: 'Há mais de um rosto',
      advice: 'Confira se não há mais ninguém na imagem e tente novamente.',
    },
    'poor-view': {
      title: 'A imagem não estava boa o bastante',
      advice: 'Chegue mais perto, fique de frente para a luz, tire os óculos escuros ou a máscara e tente novamente.',
    },
    spoof: {
      title: 'Isto não parece um rosto real',
      advice:
        'Fique você em frente à câmera, não uma foto nem uma tela. Evite reflexos e luz forte por trás e tente novamente.',
    },
    'camera-denied': {
      title: 'A câmera está bloqueada',
      advice:
        'Permita a câmera para este site na barra de endereço ou nas configurações do navegador e tente novamente.',
    },
    'camera-missing': {
      title: 'Nenhuma câmera encontrada',
      advice: 'Conecte uma câmera ou use um dispositivo que tenha uma e tente novamente.',
    },
    'camera-busy': {
      title: 'A câmera está em uso',
      advice: 'Feche outros programas ou abas que usem a câmera e tente novamente.',
    },
    'camera-lost': {
      title: 'A câmera parou',
      advice: 'Verifique se ela continua conectada e tente novamente.',
    },
    'insecure-page': {
      title: 'Esta página não pode usar a câmera',
      advice: 'A câmera exige um endereço seguro. Abra esta página com https:// no início.',
    },
    'browser-unsupported': {
      title: 'Este navegador não consegue fazer isso',
      advice: 'Use uma versão atual do Chrome, Edge, Firefox ou Safari, ou entre de outra forma.',
    },
    'consent-declined': {
      title: 'Nenhum rosto foi capturado',
      advice: 'Tudo bem: sem o seu consentimento, nada é guardado. Você pode entrar de outra forma.',
    },
    'server-slow': {
      title: 'O servidor não respondeu',
      advice: 'Verifique a sua conexão e tente novamente em um momento.',
    },
    cancelled: { title: 'Cancelado', advice: 'Nada foi guardado. Você pode começar de novo quando quiser.' },
    'in-progress': { title: 'Já está aberto', advice: 'Primeiro conclua ou feche o outro acesso pelo rosto.' },
    network: { title: 'Sem conexão', advice: 'Verifique a sua conexão com a internet e tente novamente.' },
    'site-fault': {
      title: 'Este site não está configurado para isso',
      advice: 'A culpa não é sua. Entre de outra forma e avise o site: o código abaixo vai ajudar.',
    },
    origin: {
      title: 'Não permitido neste endereço',
      advice: 'O proprietário deste site precisa primeiro autorizar o endereço. Entre de outra forma.',
    },
    'too-many': { title: 'Muitas tentativas', advice: 'Espere alguns minutos ou entre de outra forma.' },
    expired: { title: 'O tempo acabou', advice: 'Nada foi guardado. Comece de novo.' },
    'server-fault': {
      title: 'Algo deu errado no servidor',
      advice: 'A culpa não é sua. Tente novamente em um momento ou entre de outra forma.',
    },
    busy: { title: 'Muitos acessos neste momento', advice: 'Espere um momento e tente novamente.' },
    crashed: {
      title: 'Algo deu errado aqui',
      advice: 'Tente novamente. Se acontecer outra vez, recarregue a página.',
    },
    'storage-full': {
      title: 'Não há mais espaço',
      advice: 'Libere espaço neste dispositivo e recarregue a página.',
    },
    'not-recognised': {
      title: 'Não reconhecemos o seu rosto',
      advice:
        'Fique de frente para a luz e tente novamente. Se você ainda não configurou aqui o acesso pelo rosto, faça isso primeiro ou entre de outra forma.',
    },
    'unknown-device': {
      title: 'Este dispositivo não é conhecido aqui',
      advice: 'Use um dispositivo com o qual já entrou antes ou peça ao site que autorize este.',
    },
    duplicate: {
      title: 'Este rosto já está cadastrado',
      advice: 'Não há nada a fazer aqui: entre com o seu rosto.',
    },
    mismatch: {
      title: 'As capturas não coincidem',
      advice: 'A mesma pessoa deve ficar em frente à câmera até o fim. Tente novamente.',
    },
    'pin-wrong': {
      title: 'O PIN não estava correto',
      advice: 'Espere um pouco antes de tentar novamente ou entre de outra forma.',
    },
    'pin-not-unique': { title: 'Este PIN não pode ser usado', advice: 'Comece de novo e escolha outro PIN.' },
    country: {
      title: 'Não disponível no seu país',
      advice: 'Entre de outra forma ou fale com o proprietário deste site.',
    },
    minor: {
      title: 'Você parece jovem demais para este site',
      advice: 'É uma estimativa feita pelo seu rosto e pode estar errada. Entre de outra forma ou fale com o site.',
    },
    quota: {
      title: 'Não é possível adicionar mais pessoas',
      advice: 'Este site atingiu o limite. Entre de outra forma e avise o site.',
    },
  },
} as const satisfies Messages
