import type { Words } from '../words.ts'

export const es: Words = {
  opening: 'Abriendo tu enlace…',
  lead: '{application} te invita a acceder con tu rostro a partir de ahora. Tú decides.',
  points: {
    consent: 'Lees qué se hace con tu rostro y decides.',
    pin: 'Eliges un PIN.',
    camera: 'Miras a la cámara durante unos segundos.',
  },
  until: 'Este enlace funciona hasta: {time}.',
  close: 'Ya puedes cerrar esta página.',
  fault: 'No es culpa tuya. Inténtalo más tarde o avisa a quien te envió el enlace: el código de abajo le ayudará.',
  unknown: {
    title: 'Este enlace no funciona',
    advice: 'Ábrelo de nuevo desde el mensaje o vuelve a escanear el código. Si no sirve, pide uno nuevo.',
  },
  expired: {
    title: 'Este enlace ya no es válido',
    advice: 'Se acabó su tiempo o se intentó demasiadas veces. Pide uno nuevo donde lo recibiste.',
  },
  used: {
    title: 'Este enlace ya se usó',
    advice: 'Si fuiste tú, todo está hecho y puedes cerrar esta página. Si no, pide uno nuevo.',
  },
  otherPurpose: {
    title: 'Este enlace es para otra cosa',
    advice: 'No sirve para configurar el acceso facial. Pide otro donde lo recibiste.',
  },
}
