import type { Words } from '../words.ts'

export const id: Words = {
  opening: 'Membuka tautan Anda…',
  lead: '{application} mengundang Anda untuk masuk dengan wajah mulai sekarang. Pilihan ada di tangan Anda.',
  points: {
    consent: 'Anda membaca apa yang dilakukan dengan wajah Anda, lalu memutuskan.',
    pin: 'Anda memilih PIN.',
    camera: 'Anda menatap kamera selama beberapa detik.',
  },
  until: 'Tautan ini berlaku sampai {time}.',
  close: 'Anda dapat menutup halaman ini sekarang.',
  fault: 'Ini bukan kesalahan Anda. Coba lagi nanti, atau beri tahu pengirim tautan: kode di bawah membantu mereka.',
  unknown: {
    title: 'Tautan ini tidak berfungsi',
    advice: 'Buka lagi dari pesan, atau pindai lagi kodenya. Jika tidak membantu, mintalah yang baru.',
  },
  expired: {
    title: 'Tautan ini tidak berlaku lagi',
    advice: 'Waktunya habis, atau terlalu sering dicoba. Mintalah yang baru di tempat Anda mendapatkannya.',
  },
  used: {
    title: 'Tautan ini sudah dipakai',
    advice: 'Jika itu Anda, semuanya selesai dan Anda dapat menutup halaman ini. Jika bukan, mintalah yang baru.',
  },
  otherPurpose: {
    title: 'Tautan ini untuk hal lain',
    advice: 'Tautan ini tidak menyiapkan masuk dengan wajah. Mintalah yang lain di tempat Anda mendapatkannya.',
  },
}
