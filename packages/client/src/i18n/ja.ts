import type { Messages } from './messages.ts'

export const ja = {
  locale: 'ja',
  direction: 'ltr',
  title: {
    enroll: '顔ログインの設定',
    authenticate: '顔でログイン',
    liveness: 'カメラの前にいることの確認',
    age_verify: '年齢の確認',
  },
  action: {
    close: '閉じる',
    cancel: 'キャンセル',
    accept: '同意する',
    decline: '同意しない',
    again: 'もう一度試す',
    finish: '完了',
    confirm: '続ける',
    skip: 'PIN なしで続ける',
    showPin: 'PIN を表示',
    hidePin: 'PIN を隠す',
    chooseCamera: 'カメラ',
    switchCamera: 'カメラを切り替える',
    start: '始める',
    deleteDigit: '最後の数字を消す',
  },
  preparing: {
    title: '準備しています',
    session: '接続しています…',
    models: '顔認識を読み込んでいます。次回のために保存されます。',
    bytes: '{loaded} / {total}',
    runtime: '顔認識を起動しています…',
    progress: '読み込み',
  },
  consent: {
    title: 'お顔を確認する前に',
    lead: '{application} は、お顔でご本人を確認できるようにしたいと考えています。同意するかどうかはご自由にお決めください。',
    points: [
      {
        title: '何を計算するか',
        text: 'このブラウザーがカメラを通してお顔を見て、顔テンプレートと呼ばれる数値の並びに変換します。',
      },
      {
        title: '何がこの端末の外に出るか',
        text: '顔テンプレートが送信されます。写真や動画がこの端末の外に出ることはありません。',
      },
      {
        title: '誰が保管するか',
        text: '{application} は、ここでご本人を確認するためだけにテンプレートを保管します。テンプレートは個人データです。写真と同じように大切に扱ってください。',
      },
      {
        title: '取り消すには',
        text: 'テンプレートはいつでも削除してもらえます。{application} にお申し出ください。削除後は、お顔で確認できなくなります。',
      },
    ],
    closing: '同意すると、これからお顔を一度だけ撮影します。',
    ageGate: {
      title: '年齢について',
      text: 'この端末が、必要な年齢に達しているかどうかをお顔から推定します。{application} に伝わるのは「はい」か「いいえ」だけです。',
    },
    details: {
      title: '年齢と性別について',
      text: 'この端末が年齢と性別をお顔から推定し、{application} に伝えます。推定は間違っていることがあります。',
    },
    purpose: '利用目的',
    version: 'バージョン {version}',
  },
  intro: {
    title: '3 つのコツ',
    points: [
      '明かりを背にせず、明かりのほうを向いてください',
      'サングラスやマスクを外してください',
      '自分だけが映るようにしてください',
    ],
    countdown: '{seconds}後に自動的に始まります',
  },
  permission: {
    title: 'カメラを許可してください',
    text: 'このページがカメラを使ってよいか、ブラウザーが確認しています。「許可」を選んでください。',
    privacy: '映像はこの端末の外に出ません。',
  },
  guidance: {
    'no-face': '顔を枠の中に合わせてください',
    'many-faces': '一人だけで映ってください',
    closer: '少し近づいてください',
    back: '少し離れてください',
    left: '左に動いてください',
    right: '右に動いてください',
    up: '少し上に動いてください',
    down: '少し下に動いてください',
    'more-light': '暗すぎます。明るい場所に移ってください',
    'less-light': '明るすぎます。光を弱めてください',
    backlight: '逆光です。向きを変えてください',
    'look-straight': '画面をまっすぐ見てください',
    'uncover-mouth': 'マスクを外すか、口元を見せてください',
    'uncover-eyes': 'サングラスを外してください',
    'open-eyes': '目を開けてください',
    'hold-still': 'そのまま動かないでください',
  },
  camera: {
    preview: 'カメラの映像（鏡像）',
    plainPreview: 'カメラの映像',
    progress: '撮影の進み具合',
    intro: 'カメラがオンになりました。端末を顔の前に構えて、指示に従ってください。',
    capturing: '撮影中です。動かないでください',
    local: '映像はこの端末の外に出ません',
  },
  active: {
    actions: {
      turn_left: '顔を左に向けてください',
      turn_right: '顔を右に向けてください',
      blink: '少しの間、目を閉じてください',
      come_closer: '画面に近づいてください',
      hold: '少しの間、そのままでいてください',
    },
    step: 'ステップ {step} / {steps}',
    holdInstead: '動かずに続ける',
    stepDone: 'できました',
  },
  deciding: {
    title: '少々お待ちください',
    enroll: 'カメラはオフです。顔テンプレートを保存しています…',
    authenticate: 'カメラはオフです。確認しています…',
    liveness: 'カメラはオフです。確認しています…',
    age_verify: 'カメラはオフです。確認しています…',
  },
  pin: {
    newTitle: 'PIN を決めてください',
    newText: 'お顔だけでは確認できないときに使います。',
    askTitle: 'PIN を入力してください',
    askText: '今回はお顔だけでは確認できません。',
    label: 'PIN',
    hint: '数字 4～16 桁',
    pad: '数字キー',
    wrong: 'PIN が正しくありません。',
    format: 'PIN は 4～16 桁の数字だけで入力してください。',
    weak: 'この PIN は推測されやすいため使えません。連続した数字や同じ数字の繰り返しは避けてください。',
    notUnique: '別の PIN を選んでください。',
    typed: '{digits} 桁入力済み',
    triesLeft: { other: 'あと {count} 回試せます' },
  },
  retry: {
    'not-clear': {
      title: 'はっきり映りませんでした',
      advice: '明かりのほうを向き、サングラスやマスクを外して、もう一度お試しください。',
    },
    expired: { title: '時間がかかりすぎました', advice: '問題はありません。もう一度お試しください。' },
  },
  done: {
    enroll: { title: '設定が完了しました', text: '次回から、お顔でログインできます。' },
    authenticate: { title: 'おかえりなさい', text: 'ご本人と確認できました。' },
    liveness: { title: 'ありがとうございます', text: 'カメラの前に実在の人がいることを確認しました。' },
    age_verify: { title: 'ありがとうございます', text: '年齢を推定しました。' },
  },
  failure: {
    'no-face': {
      title: 'お顔が見えませんでした',
      advice: 'カメラがふさがれていないことを確かめ、明るい場所でカメラを見て、もう一度お試しください。',
    },
    'many-faces': {
      title: '複数の顔が映っています',
      advice: '自分以外の人が映っていないことを確かめて、もう一度お試しください。',
    },
    'poor-view': {
      title: '映像が十分ではありませんでした',
      advice: '近づいて明かりのほうを向き、サングラスやマスクを外して、もう一度お試しください。',
    },
    spoof: {
      title: '本物の顔と確認できませんでした',
      advice:
        '写真や画面ではなく、ご本人がカメラの前にいてください。反射や後ろからの強い光を避けて、もう一度お試しください。',
    },
    'camera-denied': {
      title: 'カメラがブロックされています',
      advice: 'アドレスバーまたはブラウザーの設定で、このサイトにカメラを許可してから、もう一度お試しください。',
    },
    'camera-missing': {
      title: 'カメラが見つかりません',
      advice: 'カメラを接続するか、カメラ付きの端末を使って、もう一度お試しください。',
    },
    'camera-busy': {
      title: 'カメラは使用中です',
      advice: 'カメラを使っているほかのアプリやタブを閉じてから、もう一度お試しください。',
    },
    'camera-lost': {
      title: 'カメラが停止しました',
      advice: 'カメラが接続されていることを確かめて、もう一度お試しください。',
    },
    'insecure-page': {
      title: 'このページではカメラを使えません',
      advice: 'カメラには安全なアドレスが必要です。先頭が https:// のアドレスで開いてください。',
    },
    'browser-unsupported': {
      title: 'このブラウザーでは利用できません',
      advice: 'Chrome、Edge、Firefox、Safari の最新版を使うか、別の方法でログインしてください。',
    },
    'consent-declined': {
      title: 'お顔は撮影されていません',
      advice: '問題ありません。同意がなければ何も保存されません。別の方法でログインできます。',
    },
    'server-slow': {
      title: 'サーバーから応答がありません',
      advice: '接続を確かめて、しばらくしてからもう一度お試しください。',
    },
    cancelled: { title: 'キャンセルしました', advice: '何も保存されていません。いつでもやり直せます。' },
    'in-progress': { title: 'すでに開いています', advice: '先に、もう一方の顔ログインを終えるか閉じてください。' },
    network: { title: '接続できません', advice: 'インターネット接続を確かめて、もう一度お試しください。' },
    'site-fault': {
      title: 'このサイトでは設定されていません',
      advice: 'お客様の操作が原因ではありません。別の方法でログインし、下のコードを添えてサイトにお知らせください。',
    },
    origin: {
      title: 'このアドレスでは許可されていません',
      advice: 'サイトの管理者が先にアドレスを許可する必要があります。別の方法でログインしてください。',
    },
    'too-many': { title: '試行回数が多すぎます', advice: '数分待つか、別の方法でログインしてください。' },
    expired: { title: '時間切れになりました', advice: '何も保存されていません。最初からやり直してください。' },
    'server-fault': {
      title: 'サーバーで問題が発生しました',
      advice: 'お客様の操作が原因ではありません。しばらくしてからもう一度試すか、別の方法でログインしてください。',
    },
    busy: { title: 'ただいま混み合っています', advice: '少し待ってから、もう一度お試しください。' },
    crashed: {
      title: '問題が発生しました',
      advice: 'もう一度お試しください。繰り返す場合は、ページを再読み込みしてください。',
    },
    'storage-full': {
      title: '空き容量がありません',
      advice: 'この端末の空き容量を増やしてから、ページを再読み込みしてください。',
    },
    'not-recognised': {
      title: 'お顔を確認できませんでした',
      advice:
        '明かりのほうを向いて、もう一度お試しください。ここで顔ログインを設定していない場合は、先に設定するか、別の方法でログインしてください。',
    },
    duplicate: {
      title: 'このお顔は登録済みです',
      advice: 'ここで行うことはありません。お顔でログインしてください。',
    },
    mismatch: {
      title: '撮影した画像が一致しません',
      advice: '最後まで同じ人がカメラの前にいる必要があります。もう一度お試しください。',
    },
    'pin-wrong': {
      title: 'PIN が正しくありませんでした',
      advice: 'しばらく待ってから試すか、別の方法でログインしてください。',
    },
    'pin-not-unique': { title: 'この PIN は使えません', advice: '最初からやり直して、別の PIN を選んでください。' },
    country: {
      title: 'お住まいの国では利用できません',
      advice: '別の方法でログインするか、サイトの管理者にお問い合わせください。',
    },
    minor: {
      title: '成人の方のみご利用になれます',
      advice: 'このサイトでは、未成年の方は顔ログインを利用できません。別の方法でログインしてください。',
    },
    quota: {
      title: 'これ以上登録できません',
      advice: 'このサイトは登録の上限に達しました。別の方法でログインし、サイトにお知らせください。',
    },
  },
} as const satisfies Messages
