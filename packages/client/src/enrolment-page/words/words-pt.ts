import type { Words } from '../words.ts'

export const pt: Words = {
  opening: 'Abrindo o seu link…',
  lead: '{application} convida você a entrar com o rosto a partir de agora. A escolha é sua.',
  points: {
    consent: 'Você lê o que é feito com o seu rosto e decide.',
    pin: 'Você escolhe um PIN.',
    camera: 'Você olha para a câmera por alguns segundos.',
  },
  until: 'Este link funciona até: {time}.',
  close: 'Você já pode fechar esta página.',
  fault: 'A culpa não é sua. Tente mais tarde ou avise quem enviou o link: o código abaixo vai ajudar.',
  unknown: {
    title: 'Este link não funciona',
    advice: 'Abra de novo pela mensagem ou leia o código outra vez. Se não ajudar, peça um novo.',
  },
  expired: {
    title: 'Este link não é mais válido',
    advice: 'O tempo acabou ou houve tentativas demais. Peça um novo onde você o recebeu.',
  },
  used: {
    title: 'Este link já foi usado',
    advice: 'Se foi você, está tudo pronto e você pode fechar esta página. Se não foi, peça um novo.',
  },
  otherPurpose: {
    title: 'Este link é para outra coisa',
    advice: 'Ele não configura o acesso pelo rosto. Peça outro onde você o recebeu.',
  },
}
