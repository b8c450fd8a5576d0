import type { Language } from './choose-language.ts'
import type { OfflineWords } from './offline-words.ts'

/** In the other languages that are written in Latin letters. */
export const otherLatinOfflineWords = {
  tr: {
    offline: 'Çevrimdışı',
    waiting: 'Eşitlenmeyi bekliyor',
    syncing: 'Eşitleniyor…',
    synced: 'Eşitlendi',
    refused: 'Sunucu kabul etmedi',
    review: 'İnceleniyor',
    revoked: 'Bu cihaza artık izin verilmiyor',
    recognised: 'Sizi tanıdık',
    recognisedText: 'Bu cihaza kaydedildi; bağlantı olduğunda gönderilecek.',
    draft: 'Bu cihaza kaydedildi',
    draftText: 'Sunucu kabul ettiğinde geçerli olur. O zamana kadar yüzünüz tanınmaz.',
    strangerAdvice:
      'Bağlantı yokken yalnızca bu cihazın tanıdığı kişiler tanınır. Yüzünüzü ışığa dönün ve yeniden deneyin veya bağlantıyı bekleyin.',
    cannot: 'Çevrimdışıyken yapılamaz',
    notReady: {
      unregistered: 'Bu cihaz bağlantısız çalışacak şekilde ayarlanmamış. İnternete bağlayın, sonra yeniden deneyin.',
      revoked: 'Bu cihaz artık bağlantısız çalışamaz. İnternete bağlayın veya siteye sorun.',
      locked: 'Bu cihazın kilidini geçiş anahtarınızla açın veya internete bağlayın, sonra yeniden deneyin.',
      clock: 'Bu cihazın saati geri alınmış. Saati düzeltip internete bağlanın, sonra yeniden deneyin.',
      ended: 'Bu cihaz çok uzun süre bağlantısız kaldı. İnternete bağlayın, sonra yeniden deneyin.',
      'no-ticket': 'Bu cihaz bağlantısız yapabileceği kadarını yaptı. İnternete bağlayın, sonra yeniden deneyin.',
      full: 'Bu cihazda çok fazla bekleyen var. İnternete bağlayın ve eşitlenmesini bekleyin.',
      'no-drafts': 'Burada bağlantı olmadan eklenemezsiniz. İnternete bağlanın, sonra yeniden deneyin.',
      'online-only': 'Bunun için bağlantı gerekiyor. İnternete bağlanın, sonra yeniden deneyin.',
    },
  },
  id: {
    offline: 'Luring',
    waiting: 'Menunggu sinkronisasi',
    syncing: 'Menyinkronkan…',
    synced: 'Tersinkron',
    refused: 'Ditolak oleh server',
    review: 'Sedang ditinjau',
    revoked: 'Perangkat ini tidak lagi diizinkan',
    recognised: 'Kami mengenali Anda',
    recognisedText: 'Sudah dicatat di perangkat ini, dan dikirim begitu ada koneksi.',
    draft: 'Disimpan di perangkat ini',
    draftText: 'Baru berlaku setelah diterima server. Sampai saat itu, wajah Anda belum dikenali.',
    strangerAdvice:
      'Tanpa koneksi, hanya orang yang dikenal perangkat ini yang dikenali. Hadapkan wajah ke cahaya dan coba lagi, atau tunggu koneksi.',
    cannot: 'Tidak bisa tanpa koneksi',
    notReady: {
      unregistered: 'Perangkat ini belum disiapkan untuk bekerja tanpa koneksi. Hubungkan ke internet, lalu coba lagi.',
      revoked:
        'Perangkat ini tidak boleh lagi bekerja tanpa koneksi. Hubungkan ke internet, atau tanyakan kepada situs.',
      locked: 'Buka perangkat ini dengan kunci sandi Anda atau hubungkan ke internet, lalu coba lagi.',
      clock: 'Jam perangkat ini dimundurkan. Atur waktu yang benar dan hubungkan ke internet, lalu coba lagi.',
      ended: 'Perangkat ini terlalu lama tanpa koneksi. Hubungkan ke internet, lalu coba lagi.',
      'no-ticket':
        'Perangkat ini sudah melakukan sebanyak yang boleh tanpa koneksi. Hubungkan ke internet, lalu coba lagi.',
      full: 'Terlalu banyak yang menunggu di perangkat ini. Hubungkan ke internet dan biarkan menyinkronkan.',
      'no-drafts': 'Anda tidak dapat ditambahkan di sini tanpa koneksi. Hubungkan ke internet, lalu coba lagi.',
      'online-only': 'Ini memerlukan koneksi. Hubungkan ke internet, lalu coba lagi.',
    },
  },
  vi: {
    offline: 'Ngoại tuyến',
    waiting: 'Đang chờ đồng bộ',
    syncing: 'Đang đồng bộ…',
    synced: 'Đã đồng bộ',
    refused: 'Bị máy chủ từ chối',
    review: 'Đang được xem xét',
    revoked: 'Thiết bị này không còn được phép',
    recognised: 'Đã nhận ra bạn',
    recognisedText: 'Đã ghi lại trên thiết bị này và sẽ được gửi khi có kết nối.',
    draft: 'Đã lưu trên thiết bị này',
    draftText: 'Chỉ có hiệu lực khi máy chủ đã chấp nhận. Cho đến lúc đó, khuôn mặt bạn chưa được nhận ra.',
    strangerAdvice:
      'Khi không có kết nối, chỉ những người mà thiết bị này biết mới được nhận ra. Hãy hướng mặt về phía ánh sáng và thử lại, hoặc chờ có kết nối.',
    cannot: 'Không thực hiện được khi ngoại tuyến',
    notReady: {
      unregistered:
        'Thiết bị này chưa được thiết lập để hoạt động khi không có kết nối. Hãy kết nối internet rồi thử lại.',
      revoked: 'Thiết bị này không còn được hoạt động khi không có kết nối. Hãy kết nối internet hoặc hỏi trang web.',
      locked: 'Hãy mở khóa thiết bị này bằng mã khóa truy cập hoặc kết nối internet rồi thử lại.',
      clock: 'Đồng hồ của thiết bị này đã bị chỉnh lùi. Hãy đặt đúng giờ và kết nối internet rồi thử lại.',
      ended: 'Thiết bị này đã không có kết nối quá lâu. Hãy kết nối internet rồi thử lại.',
      'no-ticket': 'Thiết bị này đã làm hết mức được phép khi không có kết nối. Hãy kết nối internet rồi thử lại.',
      full: 'Có quá nhiều mục đang chờ trên thiết bị này. Hãy kết nối internet và để thiết bị đồng bộ.',
      'no-drafts': 'Không thể thêm bạn ở đây khi không có kết nối. Hãy kết nối internet rồi thử lại.',
      'online-only': 'Việc này cần có kết nối. Hãy kết nối internet rồi thử lại.',
    },
  },
} as const satisfies Readonly<Partial<Record<Language, OfflineWords>>>
