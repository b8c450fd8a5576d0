import type { Messages } from './messages.ts'

export const zhHant = {
  locale: 'zh-Hant',
  direction: 'ltr',
  title: {
    enroll: '設定臉部登入',
    authenticate: '臉部登入',
    liveness: '確認您在場',
    age_verify: '確認年齡',
  },
  action: {
    close: '關閉',
    cancel: '取消',
    accept: '同意',
    decline: '不同意',
    again: '再試一次',
    finish: '完成',
    confirm: '繼續',
    skip: '不設 PIN 碼，繼續',
    showPin: '顯示 PIN 碼',
    hidePin: '隱藏 PIN 碼',
    chooseCamera: '相機',
    switchCamera: '切換相機',
    start: '開始',
    deleteDigit: '刪除最後一位數字',
  },
  preparing: {
    title: '正在準備',
    session: '正在連線…',
    models: '正在載入臉部辨識功能，並會保存以供下次使用。',
    bytes: '{loaded} / {total}',
    runtime: '正在啟動臉部辨識…',
    progress: '載入進度',
  },
  consent: {
    title: '在看您的臉之前',
    lead: '{application} 希望透過臉部辨識您的身分。是否同意由您決定。',
    points: [
      {
        title: '計算什麼',
        text: '此瀏覽器會透過相機看您的臉，並將其轉換為一組數字，稱為臉部範本。',
      },
      {
        title: '什麼會離開此裝置',
        text: '臉部範本以及光線、位置等少量測量值會被傳送。照片和影片都不會離開此裝置。',
      },
      {
        title: '由誰保存',
        text: '{application} 保存此範本，僅用於在此處辨識您的身分，不作他用。範本屬於個人資料，請像對待照片一樣對待它。',
      },
      {
        title: '如何撤回',
        text: '您可以隨時要求刪除範本：請聯絡 {application}。刪除後將不再辨識您的臉。',
      },
    ],
    closing: '如果您同意，現在將擷取一次您的臉部。',
    ageGate: {
      title: '您的年齡',
      text: '此裝置會根據您的臉部估算您是否達到所需年齡。{application} 只會得知「是」或「否」。',
    },
    details: {
      title: '您的年齡與性別',
      text: '此裝置會根據您的臉部估算這兩項，並告知 {application}。估算結果可能有誤。',
    },
    purpose: '用途',
    version: '版本 {version}',
  },
  intro: {
    title: '三個小提示',
    points: ['面向光源，不要背光', '摘下墨鏡或口罩', '畫面中只有您一個人'],
    countdown: '{seconds}後自動開始',
  },
  permission: {
    title: '請允許使用相機',
    text: '瀏覽器正在詢問此頁面能否使用相機。請選擇「允許」。',
    privacy: '畫面只會留在此裝置上。',
  },
  guidance: {
    'no-face': '請將臉移到橢圓框內',
    'many-faces': '畫面中只能有一個人',
    closer: '請靠近一點',
    back: '請後退一點',
    left: '請往您的左邊移動',
    right: '請往您的右邊移動',
    up: '請往上移一點',
    down: '請往下移一點',
    'more-light': '光線太暗，請到更亮的地方',
    'less-light': '光線太亮，請到光線柔和的地方',
    backlight: '光源在您身後，請轉個方向',
    'look-straight': '請正視螢幕',
    'uncover-mouth': '請摘下口罩，或不要遮住嘴部',
    'uncover-eyes': '請摘下墨鏡',
    'open-eyes': '請張開眼睛',
    'hold-still': '請保持不動',
  },
  camera: {
    preview: '相機的鏡像畫面',
    plainPreview: '相機畫面',
    progress: '擷取進度',
    intro: '相機已開啟。請將裝置舉在臉前，並依照提示操作。',
    capturing: '請保持不動，正在擷取',
    local: '畫面只會留在此裝置上',
  },
  active: {
    actions: {
      turn_left: '請往您的左邊轉頭',
      turn_right: '請往您的右邊轉頭',
      blink: '請閉一下眼睛',
      come_closer: '請靠近螢幕',
      hold: '請保持這樣片刻',
    },
    step: '第 {step} 步，共 {steps} 步',
    holdInstead: '不做動作，繼續',
    stepDone: '已完成',
  },
  pictures: {
    title: '將傳送圖片',
    leaves:
      '臉部範本以及光線、位置等少量測量值會被傳送。您臉部的幾張小圖片也會被傳送：伺服器僅在記憶體中檢視，以確認您確實在鏡頭前，不會保存。',
    colours: '螢幕將變換幾次顏色，以照亮您的臉部。如果顏色變換可能對您造成傷害（例如光敏性癲癇），請選擇不變換顏色。',
    brightness: '請避開強光，並將螢幕調至最高亮度，效果最佳。',
    withoutColours: '不變換顏色',
    withoutMotion: '不轉頭',
    privacy: '圖片會傳送查驗，不會保存',
    flash: '請繼續看著螢幕',
    up: '請稍微抬頭',
    down: '請稍微低頭',
    perhaps: {
      title: '可能會傳送圖片',
      leaves:
        '臉部範本以及光線、位置等少量測量值會被傳送。伺服器偶爾會隨機要求傳送您臉部的幾張小圖片：僅在記憶體中檢視，以確認您確實在鏡頭前，不會保存。',
      privacy: '圖片可能會傳送，不會保存',
    },
  },
  deciding: {
    title: '請稍候',
    enroll: '相機已關閉。正在儲存您的臉部範本…',
    authenticate: '相機已關閉。正在驗證…',
    liveness: '相機已關閉。正在驗證…',
    age_verify: '相機已關閉。正在驗證…',
  },
  pin: {
    newTitle: '設定 PIN 碼',
    newText: '在只靠臉部不足以確認時使用。',
    askTitle: '輸入 PIN 碼',
    askText: '這次只靠臉部不足以確認。',
    label: 'PIN 碼',
    hint: '4 到 16 位數字',
    pad: '數字鍵',
    wrong: 'PIN 碼不正確。',
    format: 'PIN 碼只能包含 4 到 16 位數字。',
    weak: '此 PIN 碼太容易被猜到。請避免連續或重複的數字。',
    notUnique: '請換一個 PIN 碼。',
    typed: '已輸入 {digits} 位',
    triesLeft: { other: '還可以嘗試 {count} 次' },
  },
  retry: {
    'not-clear': {
      title: '畫面不夠清楚',
      advice: '請面向光源，摘下墨鏡或口罩，然後再試一次。',
    },
    expired: { title: '花費的時間太長', advice: '沒有任何問題，請再試一次。' },
  },
  done: {
    enroll: { title: '設定完成', text: '下次您可以用臉部登入。' },
    authenticate: { title: '歡迎回來', text: '已辨識您的身分。' },
    liveness: { title: '謝謝', text: '看起來是真人的臉。' },
    age_verify: { title: '謝謝', text: '此裝置估算了您的年齡。估算結果可能有誤。' },
  },
  failure: {
    'no-face': {
      title: '沒有看到您的臉',
      advice: '請確認相機沒有被遮住，在光線良好處正對相機，然後再試一次。',
    },
    'many-faces': {
      title: '畫面中有多張臉',
      advice: '請確認畫面中只有您一個人，然後再試一次。',
    },
    'poor-view': {
      title: '畫面品質不夠好',
      advice: '請靠近一些，面向光源，摘下墨鏡或口罩，然後再試一次。',
    },
    spoof: {
      title: '看起來不像真人的臉',
      advice: '請本人面對相機，不要使用照片或螢幕。避開反光和身後的強光，然後再試一次。',
    },
    'camera-denied': {
      title: '相機已遭封鎖',
      advice: '請在網址列或瀏覽器設定中允許此網站使用相機，然後再試一次。',
    },
    'camera-missing': {
      title: '找不到相機',
      advice: '請連接相機，或改用有相機的裝置，然後再試一次。',
    },
    'camera-busy': {
      title: '相機正在使用中',
      advice: '請關閉正在使用相機的其他程式或分頁，然後再試一次。',
    },
    'camera-lost': {
      title: '相機已停止運作',
      advice: '請檢查相機是否仍然連接，然後再試一次。',
    },
    'insecure-page': {
      title: '此頁面無法使用相機',
      advice: '使用相機需要安全的網址。請以 https:// 開頭的網址開啟此頁面。',
    },
    'browser-unsupported': {
      title: '此瀏覽器不支援這項功能',
      advice: '請使用新版 Chrome、Edge、Firefox 或 Safari，或以其他方式登入。',
    },
    'consent-declined': {
      title: '沒有擷取臉部',
      advice: '沒關係：未經您同意，不會保存任何內容。您可以用其他方式登入。',
    },
    'server-slow': {
      title: '伺服器沒有回應',
      advice: '請檢查網路連線，稍後再試一次。',
    },
    cancelled: { title: '已取消', advice: '沒有保存任何內容。您可以隨時重新開始。' },
    'in-progress': { title: '已經開啟', advice: '請先完成或關閉另一個臉部登入視窗。' },
    network: { title: '沒有網路連線', advice: '請檢查網際網路連線，然後再試一次。' },
    'site-fault': {
      title: '此網站尚未完成這項設定',
      advice: '這不是您的問題。請用其他方式登入，並將下方的代碼告知網站。',
    },
    origin: {
      title: '此網址未獲允許',
      advice: '需要網站擁有者先允許此網址。請用其他方式登入。',
    },
    'too-many': { title: '嘗試次數過多', advice: '請等待幾分鐘，或用其他方式登入。' },
    expired: { title: '時間到了', advice: '沒有保存任何內容。請重新開始。' },
    'server-fault': {
      title: '伺服器發生問題',
      advice: '這不是您的問題。請稍後再試一次，或用其他方式登入。',
    },
    busy: { title: '目前非常忙碌', advice: '請稍等片刻，然後再試一次。' },
    crashed: {
      title: '這裡發生了問題',
      advice: '請再試一次。如果問題再次出現，請重新載入頁面。',
    },
    'storage-full': {
      title: '儲存空間不足',
      advice: '請在此裝置上騰出一些空間，然後重新載入頁面。',
    },
    'not-recognised': {
      title: '未能辨識您的身分',
      advice: '請面向光源再試一次。如果您尚未在此設定臉部登入，請先設定，或用其他方式登入。',
    },
    'unknown-device': {
      title: '此裝置在這裡尚未登錄',
      advice: '請使用以前登入過的裝置，或請網站允許此裝置。',
    },
    duplicate: {
      title: '這張臉已經登記',
      advice: '這裡不需要任何操作：請直接用臉部登入。',
    },
    mismatch: {
      title: '擷取的臉部不一致',
      advice: '從開始到結束，相機前必須是同一個人。請再試一次。',
    },
    'pin-wrong': {
      title: 'PIN 碼輸入錯誤',
      advice: '請過一段時間再試，或用其他方式登入。',
    },
    'pin-not-unique': { title: '此 PIN 碼無法使用', advice: '請重新開始，並換一個 PIN 碼。' },
    country: {
      title: '在您所在的國家或地區無法使用',
      advice: '請用其他方式登入，或聯絡網站擁有者。',
    },
    minor: {
      title: '您看起來未達此網站的年齡要求',
      advice: '這是根據臉部得出的估算，可能有誤。請用其他方式登入，或聯絡此網站。',
    },
    quota: {
      title: '無法再新增更多人',
      advice: '此網站已達到上限。請用其他方式登入，並告知網站。',
    },
  },
} as const satisfies Messages
