import type { Words } from '../words.ts'

export const zhHant: Words = {
  opening: '正在開啟您的連結…',
  lead: '{application} 邀請您今後用臉部登入。是否同意由您決定。',
  points: { consent: '閱讀您的臉部資訊將如何使用，並作出決定。', pin: '設定 PIN 碼。', camera: '看著相機幾秒鐘。' },
  until: '此連結的有效期限至 {time}。',
  close: '您現在可以關閉此頁面。',
  fault: '這不是您的問題。請稍後再試一次，或將下方的代碼告知傳送連結的人。',
  unknown: { title: '此連結無法使用', advice: '請從訊息中重新開啟，或再次掃描條碼。如果仍然不行，請索取新的連結。' },
  expired: { title: '此連結已失效', advice: '連結已過期，或嘗試次數過多。請向提供連結的一方索取新的連結。' },
  used: { title: '此連結已被使用', advice: '如果是您本人使用的，則一切已完成，可以關閉此頁面。否則請索取新的連結。' },
  otherPurpose: { title: '此連結用於其他用途', advice: '它不能用來設定臉部登入。請向提供連結的一方索取其他連結。' },
}
