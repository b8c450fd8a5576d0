import type { Messages } from './messages.ts'

export const zhHans = {
  locale: 'zh-Hans',
  direction: 'ltr',
  title: {
    enroll: '设置人脸登录',
    authenticate: '人脸登录',
    liveness: '确认您在场',
    age_verify: '确认年龄',
  },
  action: {
    close: '关闭',
    cancel: '取消',
    accept: '同意',
    decline: '不同意',
    again: '重试',
    finish: '完成',
    confirm: '继续',
    skip: '不设 PIN 码，继续',
    showPin: '显示 PIN 码',
    hidePin: '隐藏 PIN 码',
    chooseCamera: '摄像头',
    switchCamera: '切换摄像头',
    start: '开始',
    deleteDigit: '删除最后一位数字',
  },
  preparing: {
    title: '正在准备',
    session: '正在连接…',
    models: '正在加载人脸识别功能，并会保存以便下次使用。',
    bytes: '{loaded} / {total}',
    runtime: '正在启动人脸识别…',
    progress: '加载进度',
  },
  consent: {
    title: '在查看您的面部之前',
    lead: '{application} 希望通过面部识别您的身份。是否同意由您决定。',
    points: [
      {
        title: '计算什么',
        text: '此浏览器会通过摄像头查看您的面部，并将其转换为一组数字，称为人脸模板。',
      },
      {
        title: '什么会离开此设备',
        text: '人脸模板以及光线、位置等少量测量值会被发送。照片和视频都不会离开此设备。',
      },
      {
        title: '由谁保存',
        text: '{application} 保存该模板，仅用于在此处识别您的身份，不作他用。模板属于个人数据，请像对待照片一样对待它。',
      },
      {
        title: '如何撤回',
        text: '您可以随时要求删除模板：请联系 {application}。删除后将不再识别您的面部。',
      },
    ],
    closing: '如果您同意，现在将采集一次您的面部。',
    ageGate: {
      title: '您的年龄',
      text: '此设备会根据您的面部估算您是否达到所需年龄。{application} 只会得知“是”或“否”。',
    },
    details: {
      title: '您的年龄和性别',
      text: '此设备会根据您的面部估算这两项，并告知 {application}。估算结果可能有误。',
    },
    purpose: '用途',
    version: '版本 {version}',
  },
  intro: {
    title: '三个小提示',
    points: ['面向光源，不要背光', '摘下墨镜或口罩', '画面中只有您一个人'],
    countdown: '{seconds}后自动开始',
  },
  permission: {
    title: '请允许使用摄像头',
    text: '浏览器正在询问此页面能否使用摄像头。请选择“允许”。',
    privacy: '画面只留在此设备上。',
  },
  guidance: {
    'no-face': '请将面部移入椭圆框内',
    'many-faces': '画面中只能有一个人',
    closer: '请靠近一点',
    back: '请后退一点',
    left: '请向您的左边移动',
    right: '请向您的右边移动',
    up: '请向上移一点',
    down: '请向下移一点',
    'more-light': '光线太暗，请到更亮的地方',
    'less-light': '光线太亮，请到光线柔和的地方',
    backlight: '光源在您身后，请转个方向',
    'look-straight': '请正视屏幕',
    'uncover-mouth': '请摘下口罩，或不要遮住嘴部',
    'uncover-eyes': '请摘下墨镜',
    'open-eyes': '请睁开眼睛',
    'hold-still': '请保持不动',
  },
  camera: {
    preview: '摄像头的镜像画面',
    plainPreview: '摄像头画面',
    progress: '采集进度',
    intro: '摄像头已打开。请将设备举在面前，并按照提示操作。',
    capturing: '请保持不动，正在采集',
    local: '画面只留在此设备上',
  },
  active: {
    actions: {
      turn_left: '请向您的左边转头',
      turn_right: '请向您的右边转头',
      blink: '请闭一下眼睛',
      come_closer: '请靠近屏幕',
      hold: '请保持这样片刻',
    },
    step: '第 {step} 步，共 {steps} 步',
    holdInstead: '不做动作，继续',
    stepDone: '已完成',
  },
  pictures: {
    title: '将发送图片',
    leaves:
      '人脸模板以及光线、位置等少量测量值会被发送。您面部的几张小图片也会被发送：服务器仅在内存中查看，以确认您确实在镜头前，不会保存。',
    colours: '屏幕将变换几次颜色，以照亮您的面部。如果颜色变换可能对您造成伤害（例如光敏性癫痫），请选择不变换颜色。',
    brightness: '请避开强光，并将屏幕调至最高亮度，效果最佳。',
    withoutColours: '不变换颜色',
    withoutMotion: '不转头',
    privacy: '图片会发送查验，不会保存',
    flash: '请继续看着屏幕',
    up: '请稍微抬头',
    down: '请稍微低头',
    perhaps: {
      title: '可能会发送图片',
      leaves:
        '人脸模板以及光线、位置等少量测量值会被发送。服务器偶尔会随机要求发送您面部的几张小图片：仅在内存中查看，以确认您确实在镜头前，不会保存。',
      privacy: '图片可能会发送，不会保存',
    },
  },
  deciding: {
    title: '请稍候',
    enroll: '摄像头已关闭。正在保存您的人脸模板…',
    authenticate: '摄像头已关闭。正在验证…',
    liveness: '摄像头已关闭。正在验证…',
    age_verify: '摄像头已关闭。正在验证…',
  },
  pin: {
    newTitle: '设置 PIN 码',
    newText: '在仅凭面部不足以确认时使用。',
    askTitle: '输入 PIN 码',
    askText: '这次仅凭面部不足以确认。',
    label: 'PIN 码',
    hint: '4 到 16 位数字',
    pad: '数字键',
    wrong: 'PIN 码不正确。',
    format: 'PIN 码只能包含 4 到 16 位数字。',
    weak: '此 PIN 码太容易被猜到。请避免连续或重复的数字。',
    notUnique: '请换一个 PIN 码。',
    typed: '已输入 {digits} 位',
    triesLeft: { other: '还可以尝试 {count} 次' },
  },
  retry: {
    'not-clear': {
      title: '画面不够清晰',
      advice: '请面向光源，摘下墨镜或口罩，然后重试。',
    },
    expired: { title: '用时过长', advice: '没有任何问题，请再试一次。' },
  },
  done: {
    enroll: { title: '设置完成', text: '下次您可以用人脸登录。' },
    authenticate: { title: '欢迎回来', text: '已识别您的身份。' },
    liveness: { title: '谢谢', text: '看起来是真人面部。' },
    age_verify: { title: '谢谢', text: '此设备估算了您的年龄。估算结果可能有误。' },
  },
  failure: {
    'no-face': {
      title: '没有看到您的面部',
      advice: '请确认摄像头没有被遮挡，在光线良好处正对摄像头，然后重试。',
    },
    'many-faces': {
      title: '画面中有多张人脸',
      advice: '请确认画面中只有您一个人，然后重试。',
    },
    'poor-view': {
      title: '画面质量不够好',
      advice: '请靠近一些，面向光源，摘下墨镜或口罩，然后重试。',
    },
    spoof: {
      title: '看起来不像真人面部',
      advice: '请本人面对摄像头，不要使用照片或屏幕。避开反光和身后的强光，然后重试。',
    },
    'camera-denied': {
      title: '摄像头已被阻止',
      advice: '请在地址栏或浏览器设置中允许此网站使用摄像头，然后重试。',
    },
    'camera-missing': {
      title: '未找到摄像头',
      advice: '请连接摄像头，或换用带摄像头的设备，然后重试。',
    },
    'camera-busy': {
      title: '摄像头正被占用',
      advice: '请关闭正在使用摄像头的其他程序或标签页，然后重试。',
    },
    'camera-lost': {
      title: '摄像头已停止工作',
      advice: '请检查摄像头是否仍已连接，然后重试。',
    },
    'insecure-page': {
      title: '此页面无法使用摄像头',
      advice: '使用摄像头需要安全的网址。请以 https:// 开头的网址打开此页面。',
    },
    'browser-unsupported': {
      title: '此浏览器不支持该功能',
      advice: '请使用新版 Chrome、Edge、Firefox 或 Safari，或以其他方式登录。',
    },
    'consent-declined': {
      title: '没有采集面部',
      advice: '没关系：未经您同意，不会保存任何内容。您可以用其他方式登录。',
    },
    'server-slow': {
      title: '服务器没有响应',
      advice: '请检查网络连接，稍后重试。',
    },
    cancelled: { title: '已取消', advice: '没有保存任何内容。您可以随时重新开始。' },
    'in-progress': { title: '已经打开', advice: '请先完成或关闭另一个人脸登录窗口。' },
    network: { title: '没有网络连接', advice: '请检查互联网连接，然后重试。' },
    'site-fault': {
      title: '此网站尚未为此做好设置',
      advice: '这不是您的问题。请用其他方式登录，并把下面的代码告知网站。',
    },
    origin: {
      title: '此网址未获允许',
      advice: '需要网站所有者先允许此网址。请用其他方式登录。',
    },
    'too-many': { title: '尝试次数过多', advice: '请等待几分钟，或用其他方式登录。' },
    expired: { title: '时间已到', advice: '没有保存任何内容。请重新开始。' },
    'server-fault': {
      title: '服务器出了问题',
      advice: '这不是您的问题。请稍后重试，或用其他方式登录。',
    },
    busy: { title: '当前非常繁忙', advice: '请稍等片刻，然后重试。' },
    crashed: {
      title: '这里出了点问题',
      advice: '请重试。如果问题再次出现，请重新加载页面。',
    },
    'storage-full': {
      title: '存储空间不足',
      advice: '请在此设备上腾出一些空间，然后重新加载页面。',
    },
    'not-recognised': {
      title: '未能识别您的身份',
      advice: '请面向光源重试。如果您尚未在此设置人脸登录，请先设置，或用其他方式登录。',
    },
    'unknown-device': {
      title: '此设备在这里尚未登记',
      advice: '请使用以前登录过的设备，或请网站允许此设备。',
    },
    duplicate: {
      title: '此人脸已登记',
      advice: '这里无需任何操作：请直接用人脸登录。',
    },
    mismatch: {
      title: '采集的面部不一致',
      advice: '从开始到结束，摄像头前必须是同一个人。请重试。',
    },
    'pin-wrong': {
      title: 'PIN 码输入错误',
      advice: '请过一段时间再试，或用其他方式登录。',
    },
    'pin-not-unique': { title: '此 PIN 码无法使用', advice: '请重新开始，并换一个 PIN 码。' },
    country: {
      title: '在您所在的国家或地区不可用',
      advice: '请用其他方式登录，或联系网站所有者。',
    },
    minor: {
      title: '您看起来未达到此网站的年龄要求',
      advice: '这是根据面部得出的估算，可能有误。请用其他方式登录，或联系此网站。',
    },
    quota: {
      title: '无法再添加更多人',
      advice: '此网站已达到上限。请用其他方式登录，并告知网站。',
    },
  },
} as const satisfies Messages
