import type { Messages } from './messages.ts'

export const ko = {
  locale: 'ko',
  direction: 'ltr',
  title: {
    enroll: '얼굴 로그인 설정',
    authenticate: '얼굴로 로그인',
    liveness: '실제 사람인지 확인',
    age_verify: '나이 확인',
  },
  action: {
    close: '닫기',
    cancel: '취소',
    accept: '동의합니다',
    decline: '동의하지 않습니다',
    again: '다시 시도',
    finish: '완료',
    confirm: '계속',
    skip: 'PIN 없이 계속',
    showPin: 'PIN 보기',
    hidePin: 'PIN 숨기기',
    chooseCamera: '카메라',
    switchCamera: '카메라 전환',
    start: '시작',
    deleteDigit: '마지막 숫자 지우기',
  },
  preparing: {
    title: '준비하고 있어요',
    session: '연결하는 중…',
    models: '얼굴 인식을 불러오는 중이에요. 다음을 위해 보관돼요.',
    bytes: '{loaded} / {total}',
    runtime: '얼굴 인식을 시작하는 중…',
    progress: '불러오기',
  },
  consent: {
    title: '얼굴을 보기 전에',
    lead: '{application}에서 얼굴로 본인을 알아보려고 해요. 동의 여부는 직접 선택하세요.',
    points: [
      {
        title: '무엇을 계산하나요',
        text: '이 브라우저가 카메라로 얼굴을 보고 얼굴 템플릿이라는 숫자 목록으로 바꿔요.',
      },
      {
        title: '이 기기에서 무엇이 나가나요',
        text: '얼굴 템플릿과 밝기, 위치 같은 몇 가지 측정값이 전송돼요. 사진과 동영상은 이 기기에서 나가지 않아요.',
      },
      {
        title: '누가 보관하나요',
        text: '{application}에서는 여기에서 본인을 알아보는 데에만 쓰려고 템플릿을 보관해요. 템플릿은 개인정보예요. 사진처럼 소중히 다뤄 주세요.',
      },
      {
        title: '어떻게 철회하나요',
        text: '언제든지 삭제를 요청할 수 있어요. {application}에 문의하세요. 삭제하면 더 이상 얼굴로 알아보지 않아요.',
      },
    ],
    closing: '동의하면 지금 얼굴을 한 번 촬영해요.',
    ageGate: {
      title: '나이',
      text: '이 기기가 얼굴을 보고 필요한 나이가 되었는지 추정해요. {application}에는 예 또는 아니요만 전달돼요.',
    },
    details: {
      title: '나이와 성별',
      text: '이 기기가 얼굴을 보고 나이와 성별을 추정해 {application}에 전달해요. 추정은 틀릴 수 있어요.',
    },
    purpose: '이용 목적',
    version: '버전 {version}',
  },
  intro: {
    title: '도움이 되는 세 가지',
    points: ['빛을 등지지 말고 바라보세요', '선글라스나 마스크를 벗으세요', '화면에 혼자만 나오게 하세요'],
    countdown: '{seconds} 후 자동으로 시작돼요',
  },
  permission: {
    title: '카메라를 허용해 주세요',
    text: '브라우저에서 이 페이지의 카메라 사용을 허용할지 묻고 있어요. ‘허용’을 선택하세요.',
    privacy: '영상은 이 기기에만 있어요.',
  },
  guidance: {
    'no-face': '얼굴을 타원 안에 맞추세요',
    'many-faces': '한 사람만 나오게 해 주세요',
    closer: '조금 더 가까이 오세요',
    back: '조금 뒤로 가세요',
    left: '왼쪽으로 움직이세요',
    right: '오른쪽으로 움직이세요',
    up: '조금 위로 움직이세요',
    down: '조금 아래로 움직이세요',
    'more-light': '너무 어두워요. 더 밝은 곳으로 가세요',
    'less-light': '너무 밝아요. 빛이 부드러운 곳으로 가세요',
    backlight: '빛이 뒤에 있어요. 돌아서세요',
    'look-straight': '화면을 똑바로 보세요',
    'uncover-mouth': '마스크를 벗거나 입을 가리지 마세요',
    'uncover-eyes': '선글라스를 벗으세요',
    'open-eyes': '눈을 뜨세요',
    'hold-still': '움직이지 마세요',
  },
  camera: {
    preview: '거울처럼 보이는 카메라 영상',
    plainPreview: '카메라 영상',
    progress: '촬영',
    intro: '카메라가 켜졌어요. 기기를 얼굴 앞에 들고 안내를 따라 주세요.',
    capturing: '움직이지 마세요. 촬영 중이에요',
    local: '영상은 이 기기에만 있어요',
  },
  active: {
    actions: {
      turn_left: '고개를 왼쪽으로 돌리세요',
      turn_right: '고개를 오른쪽으로 돌리세요',
      blink: '잠시 눈을 감으세요',
      come_closer: '화면에 더 가까이 오세요',
      hold: '잠시 그대로 계세요',
    },
    step: '{steps}단계 중 {step}단계',
    holdInstead: '움직이지 않고 계속',
    stepDone: '됐어요',
  },
  pictures: {
    title: '사진이 전송돼요',
    leaves:
      '얼굴 템플릿과 밝기, 위치 같은 몇 가지 측정값이 전송돼요. 작은 얼굴 사진 몇 장도 전송돼요. 서버는 실제로 앞에 계신지 확인하려고 메모리에서 살펴볼 뿐, 보관하지 않아요.',
    colours:
      '얼굴을 비추려고 화면 색이 몇 번 바뀌어요. 광과민성 뇌전증처럼 색 변화가 몸에 해로울 수 있다면 색 변화 없이 진행하세요.',
    brightness: '강한 빛을 피하고 화면을 가장 밝게 하면 잘 돼요.',
    withoutColours: '색 변화 없이',
    withoutMotion: '고개 돌리지 않고',
    privacy: '사진은 전송·확인 후 보관하지 않아요',
    flash: '화면을 계속 보세요',
    up: '고개를 조금 드세요',
    down: '고개를 조금 숙이세요',
    perhaps: {
      title: '사진이 전송될 수 있어요',
      leaves:
        '얼굴 템플릿과 밝기, 위치 같은 몇 가지 측정값이 전송돼요. 가끔 무작위로 서버가 작은 얼굴 사진 몇 장도 요청해요. 서버는 실제로 앞에 계신지 확인하려고 메모리에서 살펴볼 뿐, 보관하지 않아요.',
      privacy: '사진이 전송돼도 보관하지 않아요',
    },
  },
  deciding: {
    title: '잠시만요',
    enroll: '카메라가 꺼졌어요. 얼굴 템플릿을 저장하는 중…',
    authenticate: '카메라가 꺼졌어요. 확인하는 중…',
    liveness: '카메라가 꺼졌어요. 확인하는 중…',
    age_verify: '카메라가 꺼졌어요. 확인하는 중…',
  },
  pin: {
    newTitle: 'PIN을 정해 주세요',
    newText: '얼굴만으로 부족할 때 도움이 돼요.',
    askTitle: 'PIN을 입력하세요',
    askText: '이번에는 얼굴만으로 부족해요.',
    label: 'PIN',
    hint: '숫자 4~16자리',
    pad: '숫자 키',
    wrong: 'PIN이 맞지 않아요.',
    format: 'PIN은 숫자 4~16자리로만 입력하세요.',
    weak: '이 PIN은 추측하기 너무 쉬워요. 연속되거나 반복되는 숫자는 피하세요.',
    notUnique: '다른 PIN을 선택하세요.',
    typed: '{digits}자리 입력됨',
    triesLeft: { other: '{count}번 더 시도할 수 있어요' },
  },
  retry: {
    'not-clear': {
      title: '또렷하게 보이지 않았어요',
      advice: '빛을 바라보고 선글라스나 마스크를 벗은 다음 다시 시도하세요.',
    },
    expired: { title: '시간이 너무 오래 걸렸어요', advice: '문제는 없어요. 한 번 더 시도해 주세요.' },
  },
  done: {
    enroll: { title: '설정을 마쳤어요', text: '다음부터 얼굴로 로그인할 수 있어요.' },
    authenticate: { title: '다시 오셨네요', text: '얼굴을 알아봤어요.' },
    liveness: { title: '감사합니다', text: '실제 얼굴로 보여요.' },
    age_verify: { title: '감사합니다', text: '이 기기가 나이를 추정했어요. 추정은 틀릴 수 있어요.' },
  },
  failure: {
    'no-face': {
      title: '얼굴이 보이지 않았어요',
      advice: '카메라가 가려지지 않았는지 확인하고, 밝은 곳에서 카메라를 보며 다시 시도하세요.',
    },
    'many-faces': {
      title: '얼굴이 둘 이상이에요',
      advice: '화면에 혼자만 나오는지 확인하고 다시 시도하세요.',
    },
    'poor-view': {
      title: '영상이 충분히 좋지 않았어요',
      advice: '더 가까이 와서 빛을 바라보고 선글라스나 마스크를 벗은 다음 다시 시도하세요.',
    },
    spoof: {
      title: '실제 얼굴로 보이지 않아요',
      advice:
        '사진이나 화면이 아니라 본인이 직접 카메라 앞에 있어야 해요. 반사광과 뒤에서 오는 강한 빛을 피한 다음 다시 시도하세요.',
    },
    'camera-denied': {
      title: '카메라가 차단되어 있어요',
      advice: '주소창이나 브라우저 설정에서 이 사이트의 카메라를 허용한 다음 다시 시도하세요.',
    },
    'camera-missing': {
      title: '카메라를 찾을 수 없어요',
      advice: '카메라를 연결하거나 카메라가 있는 기기에서 다시 시도하세요.',
    },
    'camera-busy': {
      title: '카메라가 사용 중이에요',
      advice: '카메라를 쓰는 다른 프로그램이나 탭을 닫고 다시 시도하세요.',
    },
    'camera-lost': {
      title: '카메라가 멈췄어요',
      advice: '카메라가 연결되어 있는지 확인하고 다시 시도하세요.',
    },
    'insecure-page': {
      title: '이 페이지에서는 카메라를 쓸 수 없어요',
      advice: '카메라를 쓰려면 안전한 주소가 필요해요. https://로 시작하는 주소로 이 페이지를 여세요.',
    },
    'browser-unsupported': {
      title: '이 브라우저에서는 사용할 수 없어요',
      advice: 'Chrome, Edge, Firefox, Safari의 최신 버전을 쓰거나 다른 방법으로 로그인하세요.',
    },
    'consent-declined': {
      title: '얼굴을 촬영하지 않았어요',
      advice: '괜찮아요. 동의하지 않으면 아무것도 보관하지 않아요. 다른 방법으로 로그인할 수 있어요.',
    },
    'server-slow': {
      title: '서버가 응답하지 않았어요',
      advice: '연결을 확인하고 잠시 후 다시 시도하세요.',
    },
    cancelled: { title: '취소했어요', advice: '아무것도 보관하지 않았어요. 언제든지 다시 시작할 수 있어요.' },
    'in-progress': { title: '이미 열려 있어요', advice: '먼저 다른 얼굴 로그인을 마치거나 닫으세요.' },
    network: { title: '연결되지 않았어요', advice: '인터넷 연결을 확인하고 다시 시도하세요.' },
    'site-fault': {
      title: '이 사이트는 아직 설정되지 않았어요',
      advice: '이용자의 잘못이 아니에요. 다른 방법으로 로그인하고 아래 코드를 사이트에 알려 주세요.',
    },
    origin: {
      title: '이 주소에서는 허용되지 않아요',
      advice: '사이트 소유자가 먼저 주소를 허용해야 해요. 다른 방법으로 로그인하세요.',
    },
    'too-many': { title: '너무 많이 시도했어요', advice: '몇 분 기다리거나 다른 방법으로 로그인하세요.' },
    expired: { title: '시간이 지났어요', advice: '아무것도 보관하지 않았어요. 다시 시작해 주세요.' },
    'server-fault': {
      title: '서버에 문제가 생겼어요',
      advice: '이용자의 잘못이 아니에요. 잠시 후 다시 시도하거나 다른 방법으로 로그인하세요.',
    },
    busy: { title: '지금은 이용자가 많아요', advice: '잠시 기다렸다가 다시 시도하세요.' },
    crashed: {
      title: '문제가 생겼어요',
      advice: '다시 시도하세요. 또 문제가 생기면 페이지를 새로고침하세요.',
    },
    'storage-full': {
      title: '남은 공간이 없어요',
      advice: '이 기기의 공간을 비운 다음 페이지를 새로고침하세요.',
    },
    'not-recognised': {
      title: '얼굴을 알아보지 못했어요',
      advice:
        '빛을 바라보고 다시 시도하세요. 여기에서 얼굴 로그인을 설정하지 않았다면 먼저 설정하거나 다른 방법으로 로그인하세요.',
    },
    'unknown-device': {
      title: '여기에 등록되지 않은 기기예요',
      advice: '전에 로그인한 적이 있는 기기를 쓰거나, 이 기기를 허용해 달라고 사이트에 요청해 주세요.',
    },
    duplicate: {
      title: '이미 등록된 얼굴이에요',
      advice: '여기에서 할 일은 없어요. 얼굴로 로그인하세요.',
    },
    mismatch: {
      title: '촬영한 얼굴이 서로 달라요',
      advice: '끝까지 같은 사람이 카메라 앞에 있어야 해요. 다시 시도하세요.',
    },
    'pin-wrong': {
      title: 'PIN이 맞지 않았어요',
      advice: '잠시 기다렸다가 다시 시도하거나 다른 방법으로 로그인하세요.',
    },
    'pin-not-unique': { title: '이 PIN은 사용할 수 없어요', advice: '다시 시작해서 다른 PIN을 선택하세요.' },
    country: {
      title: '이 국가에서는 사용할 수 없어요',
      advice: '다른 방법으로 로그인하거나 사이트 소유자에게 문의하세요.',
    },
    minor: {
      title: '이 사이트의 나이 기준보다 어려 보여요',
      advice: '얼굴을 보고 추정한 것이라 틀릴 수 있어요. 다른 방법으로 로그인하거나 사이트에 문의하세요.',
    },
    quota: {
      title: '더 이상 등록할 수 없어요',
      advice: '이 사이트의 등록 한도에 도달했어요. 다른 방법으로 로그인하고 사이트에 알려 주세요.',
    },
  },
} as const satisfies Messages
