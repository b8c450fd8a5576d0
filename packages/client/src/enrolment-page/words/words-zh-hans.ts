import type { Words } from '../words.ts'

export const zhHans: Words = {
  opening: '正在打开您的链接…',
  lead: '{application} 邀请您今后用人脸登录。是否同意由您决定。',
  points: { consent: '阅读您的面部信息将如何使用，并作出决定。', pin: '设置 PIN 码。', camera: '看着摄像头几秒钟。' },
  until: '此链接的有效期至 {time}。',
  close: '您现在可以关闭此页面。',
  fault: '这不是您的问题。请稍后重试，或把下面的代码告知发送链接的人。',
  unknown: { title: '此链接无法使用', advice: '请从消息中重新打开，或再次扫描二维码。如果仍然不行，请索取新的链接。' },
  expired: { title: '此链接已失效', advice: '链接已过期，或尝试次数过多。请向提供链接的一方索取新的链接。' },
  used: { title: '此链接已被使用', advice: '如果是您本人使用的，则一切已完成，可以关闭此页面。否则请索取新的链接。' },
  otherPurpose: { title: '此链接用于其他用途', advice: '它不能用来设置人脸登录。请向提供链接的一方索取其他链接。' },
}
