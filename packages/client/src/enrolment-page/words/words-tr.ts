import type { Words } from '../words.ts'

export const tr: Words = {
  opening: 'Bağlantınız açılıyor…',
  lead: '{application} sizi bundan böyle yüzünüzle giriş yapmaya davet ediyor. Karar sizin.',
  points: {
    consent: 'Yüzünüzle ne yapıldığını okur ve karar verirsiniz.',
    pin: 'Bir PIN seçersiniz.',
    camera: 'Birkaç saniye kameraya bakarsınız.',
  },
  until: 'Bu bağlantının geçerlilik sonu: {time}.',
  close: 'Artık bu sayfayı kapatabilirsiniz.',
  fault:
    'Sizin hatanız değil. Daha sonra yeniden deneyin veya bağlantıyı gönderene haber verin: aşağıdaki kod yardımcı olur.',
  unknown: {
    title: 'Bu bağlantı çalışmıyor',
    advice: 'İletiden yeniden açın veya kodu yeniden tarayın. İşe yaramazsa yenisini isteyin.',
  },
  expired: {
    title: 'Bu bağlantı artık geçerli değil',
    advice: 'Süresi doldu ya da çok kez denendi. Aldığınız yerden yenisini isteyin.',
  },
  used: {
    title: 'Bu bağlantı zaten kullanıldı',
    advice: 'Bunu siz yaptıysanız her şey tamam, bu sayfayı kapatabilirsiniz. Değilse yenisini isteyin.',
  },
  otherPurpose: {
    title: 'Bu bağlantı başka bir şey için',
    advice: 'Yüzle girişi ayarlamaz. Aldığınız yerden başka bir bağlantı isteyin.',
  },
}
