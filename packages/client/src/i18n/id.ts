import type { Messages } from './messages.ts'

export const id = {
  locale: 'id',
  direction: 'ltr',
  title: {
    enroll: 'Siapkan masuk dengan wajah',
    authenticate: 'Masuk dengan wajah Anda',
    liveness: 'Periksa kehadiran Anda',
    age_verify: 'Periksa usia Anda',
  },
  action: {
    close: 'Tutup',
    cancel: 'Batal',
    accept: 'Saya setuju',
    decline: 'Tidak, terima kasih',
    again: 'Coba lagi',
    finish: 'Selesai',
    confirm: 'Lanjutkan',
    skip: 'Lanjutkan tanpa PIN',
    showPin: 'Tampilkan PIN',
    hidePin: 'Sembunyikan PIN',
    chooseCamera: 'Kamera',
    switchCamera: 'Ganti kamera',
    start: 'Mulai',
    deleteDigit: 'Hapus angka terakhir',
  },
  preparing: {
    title: 'Sedang disiapkan',
    session: 'Menghubungkan…',
    models: 'Memuat pengenalan wajah. Fitur ini disimpan untuk lain kali.',
    bytes: '{loaded} dari {total}',
    runtime: 'Memulai pengenalan wajah…',
    progress: 'Pemuatan',
  },
  consent: {
    title: 'Sebelum kami melihat wajah Anda',
    lead: '{application} ingin mengenali Anda dari wajah Anda. Pilihan ada di tangan Anda.',
    points: [
      {
        title: 'Apa yang dihitung',
        text: 'Browser ini melihat wajah Anda melalui kamera dan mengubahnya menjadi daftar angka, yang disebut templat wajah.',
      },
      {
        title: 'Apa yang keluar dari perangkat ini',
        text: 'Templat wajah dikirim, beserta beberapa pengukuran seperti cahaya dan posisi. Tidak ada foto atau video yang keluar dari perangkat ini.',
      },
      {
        title: 'Siapa yang menyimpannya',
        text: '{application} menyimpan templat itu hanya untuk mengenali Anda di sini, bukan untuk hal lain. Templat adalah data pribadi: perlakukan seperti foto.',
      },
      {
        title: 'Cara membatalkannya',
        text: 'Anda dapat meminta templat dihapus kapan saja: hubungi {application}. Setelah itu Anda tidak akan dikenali lagi.',
      },
    ],
    closing: 'Jika Anda setuju, wajah Anda akan dipindai satu kali sekarang.',
    ageGate: {
      title: 'Usia Anda',
      text: 'Perangkat ini memperkirakan dari wajah apakah Anda cukup umur. {application} hanya diberi tahu ya atau tidak.',
    },
    details: {
      title: 'Usia dan jenis kelamin Anda',
      text: 'Perangkat ini memperkirakan keduanya dari wajah Anda, dan {application} diberi tahu. Perkiraan bisa saja salah.',
    },
    purpose: 'Untuk apa ini digunakan',
    version: 'Versi {version}',
  },
  intro: {
    title: 'Tiga hal yang membantu',
    points: [
      'Hadapi cahaya, jangan membelakanginya',
      'Lepas kacamata hitam atau masker',
      'Pastikan hanya Anda yang ada di gambar',
    ],
    countdown: 'Dimulai otomatis dalam {seconds}',
  },
  permission: {
    title: 'Izinkan kamera',
    text: 'Browser Anda menanyakan apakah halaman ini boleh menggunakan kamera. Pilih “Izinkan”.',
    privacy: 'Gambar tetap berada di perangkat ini.',
  },
  guidance: {
    'no-face': 'Posisikan wajah Anda di dalam oval',
    'many-faces': 'Satu orang saja',
    closer: 'Mendekatlah sedikit',
    back: 'Mundurlah sedikit',
    left: 'Bergeser ke kiri Anda',
    right: 'Bergeser ke kanan Anda',
    up: 'Naik sedikit',
    down: 'Turun sedikit',
    'more-light': 'Terlalu gelap: cari tempat terang',
    'less-light': 'Terlalu terang: cari cahaya lembut',
    backlight: 'Cahaya dari belakang: berbaliklah',
    'look-straight': 'Lihat lurus ke layar',
    'uncover-mouth': 'Lepas masker atau buka penutup mulut',
    'uncover-eyes': 'Lepas kacamata hitam',
    'open-eyes': 'Buka mata Anda',
    'hold-still': 'Jangan bergerak',
  },
  camera: {
    preview: 'Gambar cermin dari kamera Anda',
    plainPreview: 'Gambar dari kamera Anda',
    progress: 'Pemindaian',
    intro: 'Kamera menyala. Pegang perangkat di depan wajah Anda dan ikuti petunjuknya.',
    capturing: 'Jangan bergerak, sedang memindai',
    local: 'Gambar tetap di perangkat ini',
  },
  active: {
    actions: {
      turn_left: 'Tolehkan kepala ke kiri Anda',
      turn_right: 'Tolehkan kepala ke kanan Anda',
      blink: 'Pejamkan mata sebentar',
      come_closer: 'Mendekatlah ke layar',
      hold: 'Tetap seperti ini sebentar',
    },
    step: 'Langkah {step} dari {steps}',
    holdInstead: 'Lanjut tanpa bergerak',
    stepDone: 'Selesai',
  },
  pictures: {
    title: 'Gambar akan dikirim',
    leaves:
      'Templat wajah dikirim, beserta beberapa pengukuran seperti cahaya dan posisi. Beberapa gambar kecil wajah Anda juga dikirim: server memeriksanya di memori, untuk memastikan Anda benar-benar ada di sini, dan tidak menyimpannya.',
    colours:
      'Layar akan berganti warna beberapa kali untuk menerangi wajah Anda. Jika pergantian warna dapat membahayakan Anda, misalnya karena epilepsi fotosensitif, lanjutkan tanpa itu.',
    brightness: 'Hasil terbaik didapat jauh dari cahaya terang, dengan layar pada kecerahan penuh.',
    withoutColours: 'Tanpa ganti warna',
    withoutMotion: 'Tanpa menoleh',
    privacy: 'Gambar dikirim dan tidak disimpan',
    flash: 'Tetap lihat ke layar',
    up: 'Dongakkan kepala sedikit',
    down: 'Tundukkan kepala sedikit',
    perhaps: {
      title: 'Gambar mungkin akan dikirim',
      leaves:
        'Templat wajah dikirim, beserta beberapa pengukuran seperti cahaya dan posisi. Sesekali, secara acak, server juga meminta beberapa gambar kecil wajah Anda: server memeriksanya di memori, untuk memastikan Anda benar-benar ada di sini, dan tidak menyimpannya.',
      privacy: 'Gambar mungkin dikirim, tidak disimpan',
    },
  },
  deciding: {
    title: 'Sebentar',
    enroll: 'Kamera mati. Menyimpan templat wajah Anda…',
    authenticate: 'Kamera mati. Memeriksa…',
    liveness: 'Kamera mati. Memeriksa…',
    age_verify: 'Kamera mati. Memeriksa…',
  },
  pin: {
    newTitle: 'Pilih PIN',
    newText: 'PIN membantu saat wajah saja tidak cukup.',
    askTitle: 'Masukkan PIN Anda',
    askText: 'Kali ini wajah Anda saja tidak cukup.',
    label: 'PIN',
    hint: '4 sampai 16 angka',
    pad: 'Angka',
    wrong: 'PIN ini tidak benar.',
    format: 'PIN terdiri dari 4 sampai 16 angka, tanpa yang lain.',
    weak: 'PIN ini terlalu mudah ditebak. Hindari urutan dan angka berulang.',
    notUnique: 'Pilih PIN lain.',
    typed: '{digits} angka dimasukkan',
    triesLeft: { other: 'Sisa {count} percobaan' },
  },
  retry: {
    'not-clear': {
      title: 'Gambarnya kurang jelas',
      advice: 'Hadapkan wajah ke cahaya, lepas kacamata hitam atau masker, lalu coba lagi.',
    },
    expired: { title: 'Prosesnya terlalu lama', advice: 'Tidak ada masalah. Silakan coba sekali lagi.' },
  },
  done: {
    enroll: { title: 'Semua siap', text: 'Lain kali, Anda dapat masuk dengan wajah Anda.' },
    authenticate: { title: 'Selamat datang kembali', text: 'Kami mengenali Anda.' },
    liveness: { title: 'Terima kasih', text: 'Ini tampak seperti wajah asli.' },
    age_verify: { title: 'Terima kasih', text: 'Perangkat ini memperkirakan usia Anda. Perkiraan bisa saja salah.' },
  },
  failure: {
    'no-face': {
      title: 'Wajah Anda tidak terlihat',
      advice: 'Pastikan kamera tidak tertutup, lihat ke kamera di tempat yang terang, lalu coba lagi.',
    },
    'many-faces': {
      title: 'Ada lebih dari satu wajah',
      advice: 'Pastikan hanya Anda yang ada di gambar, lalu coba lagi.',
    },
    'poor-view': {
      title: 'Gambarnya kurang bagus',
      advice: 'Mendekatlah, hadapkan wajah ke cahaya, lepas kacamata hitam atau masker, lalu coba lagi.',
    },
    spoof: {
      title: 'Ini tidak tampak seperti wajah asli',
      advice:
        'Anda sendiri yang harus di depan kamera, bukan foto atau layar. Hindari pantulan dan cahaya kuat dari belakang, lalu coba lagi.',
    },
    'camera-denied': {
      title: 'Kamera diblokir',
      advice: 'Izinkan kamera untuk situs ini di bilah alamat atau di setelan browser, lalu coba lagi.',
    },
    'camera-missing': {
      title: 'Kamera tidak ditemukan',
      advice: 'Hubungkan kamera atau gunakan perangkat yang memilikinya, lalu coba lagi.',
    },
    'camera-busy': {
      title: 'Kamera sedang digunakan',
      advice: 'Tutup program atau tab lain yang menggunakan kamera, lalu coba lagi.',
    },
    'camera-lost': {
      title: 'Kamera berhenti',
      advice: 'Periksa apakah kamera masih terhubung, lalu coba lagi.',
    },
    'insecure-page': {
      title: 'Halaman ini tidak dapat memakai kamera',
      advice: 'Kamera memerlukan alamat yang aman. Buka halaman ini dengan https:// di depannya.',
    },
    'browser-unsupported': {
      title: 'Browser ini tidak mendukungnya',
      advice: 'Gunakan versi terbaru Chrome, Edge, Firefox, atau Safari, atau masuk dengan cara lain.',
    },
    'consent-declined': {
      title: 'Tidak ada wajah yang dipindai',
      advice: 'Tidak apa-apa: tanpa persetujuan Anda, tidak ada yang disimpan. Anda dapat masuk dengan cara lain.',
    },
    'server-slow': {
      title: 'Server tidak menjawab',
      advice: 'Periksa koneksi Anda dan coba lagi sebentar lagi.',
    },
    cancelled: { title: 'Dibatalkan', advice: 'Tidak ada yang disimpan. Anda dapat memulai lagi kapan saja.' },
    'in-progress': {
      title: 'Sudah terbuka',
      advice: 'Selesaikan atau tutup dulu jendela masuk dengan wajah yang lain.',
    },
    network: { title: 'Tidak ada koneksi', advice: 'Periksa koneksi internet Anda, lalu coba lagi.' },
    'site-fault': {
      title: 'Situs ini belum disiapkan untuk itu',
      advice:
        'Ini bukan kesalahan Anda. Masuk dengan cara lain dan beri tahu situs ini: kode di bawah membantu mereka.',
    },
    origin: {
      title: 'Tidak diizinkan di alamat ini',
      advice: 'Pemilik situs ini harus mengizinkan alamatnya terlebih dahulu. Masuk dengan cara lain.',
    },
    'too-many': { title: 'Terlalu banyak percobaan', advice: 'Tunggu beberapa menit, atau masuk dengan cara lain.' },
    expired: { title: 'Waktu habis', advice: 'Tidak ada yang disimpan. Silakan mulai lagi.' },
    'server-fault': {
      title: 'Terjadi masalah di server',
      advice: 'Ini bukan kesalahan Anda. Coba lagi sebentar lagi, atau masuk dengan cara lain.',
    },
    busy: { title: 'Sedang sangat sibuk', advice: 'Tunggu sebentar, lalu coba lagi.' },
    crashed: {
      title: 'Terjadi masalah di sini',
      advice: 'Coba lagi. Jika terulang, muat ulang halaman ini.',
    },
    'storage-full': {
      title: 'Ruang penyimpanan habis',
      advice: 'Kosongkan sebagian ruang di perangkat ini, lalu muat ulang halaman.',
    },
    'not-recognised': {
      title: 'Wajah Anda tidak dikenali',
      advice:
        'Hadapkan wajah ke cahaya dan coba lagi. Jika Anda belum menyiapkan masuk dengan wajah di sini, lakukan itu dulu atau masuk dengan cara lain.',
    },
    'unknown-device': {
      title: 'Perangkat ini tidak dikenal di sini',
      advice: 'Gunakan perangkat yang pernah Anda pakai untuk masuk, atau minta situs mengizinkan perangkat ini.',
    },
    duplicate: {
      title: 'Wajah ini sudah terdaftar',
      advice: 'Tidak ada yang perlu dilakukan di sini: masuk saja dengan wajah Anda.',
    },
    mismatch: {
      title: 'Hasil pemindaian tidak cocok',
      advice: 'Orang yang sama harus tetap di depan kamera sampai selesai. Coba lagi.',
    },
    'pin-wrong': {
      title: 'PIN tadi tidak benar',
      advice: 'Tunggu beberapa saat sebelum mencoba lagi, atau masuk dengan cara lain.',
    },
    'pin-not-unique': { title: 'PIN ini tidak dapat digunakan', advice: 'Mulai lagi dan pilih PIN lain.' },
    country: {
      title: 'Tidak tersedia di negara Anda',
      advice: 'Masuk dengan cara lain, atau tanyakan kepada pemilik situs ini.',
    },
    minor: {
      title: 'Anda tampak terlalu muda untuk situs ini',
      advice: 'Ini perkiraan dari wajah Anda dan bisa saja salah. Masuk dengan cara lain atau tanyakan kepada situs.',
    },
    quota: {
      title: 'Tidak dapat menambah orang lagi',
      advice: 'Situs ini telah mencapai batasnya. Masuk dengan cara lain dan beri tahu situs ini.',
    },
  },
} as const satisfies Messages
