import type { Messages } from './messages.ts'

export const tr = {
  locale: 'tr',
  direction: 'ltr',
  title: {
    enroll: 'Yüzle girişi ayarlayın',
    authenticate: 'Yüzünüzle giriş yapın',
    liveness: 'Burada olduğunuzu doğrulayın',
    age_verify: 'Yaşınızı doğrulayın',
  },
  action: {
    close: 'Kapat',
    cancel: 'İptal',
    accept: 'Kabul ediyorum',
    decline: 'Hayır, teşekkürler',
    again: 'Yeniden dene',
    finish: 'Bitti',
    confirm: 'Devam et',
    skip: 'PIN olmadan devam et',
    showPin: 'PIN’i göster',
    hidePin: 'PIN’i gizle',
    chooseCamera: 'Kamera',
    switchCamera: 'Kamerayı değiştir',
    start: 'Başla',
    deleteDigit: 'Son rakamı sil',
  },
  preparing: {
    title: 'Hazırlanıyor',
    session: 'Bağlanıyor…',
    models: 'Yüz tanıma yükleniyor. Bir dahaki sefere hazır olması için saklanır.',
    bytes: '{loaded} / {total}',
    runtime: 'Yüz tanıma başlatılıyor…',
    progress: 'Yükleme',
  },
  consent: {
    title: 'Yüzünüze bakmadan önce',
    lead: '{application} sizi yüzünüzden tanımak istiyor. Karar sizin.',
    points: [
      {
        title: 'Ne hesaplanıyor',
        text: 'Bu tarayıcı yüzünüze kamerayla bakar ve onu yüz şablonu denen bir sayı listesine dönüştürür.',
      },
      {
        title: 'Bu cihazdan ne çıkıyor',
        text: 'Yüz şablonları, ışık ve konum gibi birkaç ölçümle birlikte gönderilir. Hiçbir fotoğraf veya video bu cihazdan çıkmaz.',
      },
      {
        title: 'Kim saklıyor',
        text: '{application}, şablonu sizi burada tanımak için saklar ve başka hiçbir şey için kullanmaz. Şablon kişisel veridir: ona bir fotoğraf gibi özen gösterin.',
      },
      {
        title: 'Nasıl geri alırsınız',
        text: 'İstediğiniz zaman sildirebilirsiniz: {application} ile iletişime geçin. Ardından artık tanınmazsınız.',
      },
    ],
    closing: 'Kabul ederseniz yüzünüz şimdi bir kez taranır.',
    ageGate: {
      title: 'Yaşınız',
      text: 'Bu cihaz, yaşınızın yeterli olup olmadığını yüzünüzden tahmin eder. {application} yalnızca evet veya hayır yanıtını alır.',
    },
    details: {
      title: 'Yaşınız ve cinsiyetiniz',
      text: 'Bu cihaz ikisini de yüzünüzden tahmin eder ve sonuç {application} ile paylaşılır. Tahmin yanlış olabilir.',
    },
    purpose: 'Ne için kullanılıyor',
    version: 'Sürüm {version}',
  },
  intro: {
    title: 'İşe yarayan üç şey',
    points: [
      'Sırtınızı değil, yüzünüzü ışığa dönün',
      'Güneş gözlüğünüzü veya maskenizi çıkarın',
      'Görüntüde sizden başka kimse olmasın',
    ],
    countdown: '{seconds} içinde kendiliğinden başlar',
  },
  permission: {
    title: 'Kameraya izin verin',
    text: 'Tarayıcınız bu sayfanın kamerayı kullanıp kullanamayacağını soruyor. “İzin ver” seçeneğini seçin.',
    privacy: 'Görüntü bu cihazda kalır.',
  },
  guidance: {
    'no-face': 'Yüzünüzü ovalin içine getirin',
    'many-faces': 'Lütfen yalnızca bir kişi',
    closer: 'Biraz yaklaşın',
    back: 'Biraz uzaklaşın',
    left: 'Solunuza doğru kayın',
    right: 'Sağınıza doğru kayın',
    up: 'Biraz yukarı çıkın',
    down: 'Biraz aşağı inin',
    'more-light': 'Çok karanlık: daha çok ışık bulun',
    'less-light': 'Çok parlak: daha yumuşak ışık bulun',
    backlight: 'Işık arkanızda: arkanızı dönün',
    'look-straight': 'Doğrudan ekrana bakın',
    'uncover-mouth': 'Maskenizi çıkarın, ağzınız görünsün',
    'uncover-eyes': 'Güneş gözlüğünüzü çıkarın',
    'open-eyes': 'Gözlerinizi açın',
    'hold-still': 'Kıpırdamayın',
  },
  camera: {
    preview: 'Kameranızın aynadaki gibi görüntüsü',
    plainPreview: 'Kameranızın görüntüsü',
    progress: 'Tarama',
    intro: 'Kamera açık. Cihazı yüzünüzün önünde tutun ve yönergeleri izleyin.',
    capturing: 'Kıpırdamayın, taranıyor',
    local: 'Görüntü bu cihazda kalır',
  },
  active: {
    actions: {
      turn_left: 'Başınızı solunuza çevirin',
      turn_right: 'Başınızı sağınıza çevirin',
      blink: 'Gözlerinizi kısa bir süre kapatın',
      come_closer: 'Ekrana yaklaşın',
      hold: 'Kısa bir süre böyle kalın',
    },
    step: 'Adım {step} / {steps}',
    holdInstead: 'Hareketsiz devam et',
    stepDone: 'Tamam',
  },
  pictures: {
    title: 'Resimler gönderilecek',
    leaves:
      'Yüz şablonları, ışık ve konum gibi birkaç ölçümle birlikte gönderilir. Yüzünüzün birkaç küçük resmi de gönderilir: sunucu, gerçekten burada olduğunuzu doğrulamak için bunlara yalnızca bellekte bakar ve bunları saklamaz.',
    colours:
      'Yüzünüzü aydınlatmak için ekran birkaç kez renk değiştirecek. Renk değişimleri size zarar verebilirse, örneğin ışığa duyarlı epilepsiniz varsa, bunlar olmadan devam edin.',
    brightness: 'En iyi sonuç, parlak ışıktan uzakta ve ekran tam parlaklıktayken alınır.',
    withoutColours: 'Renk değişimi olmadan',
    withoutMotion: 'Başımı çevirmeden',
    privacy: 'Resimler gönderilir ama saklanmaz',
    flash: 'Ekrana bakmaya devam edin',
    up: 'Başınızı biraz kaldırın',
    down: 'Başınızı biraz eğin',
    perhaps: {
      title: 'Resimler gönderilebilir',
      leaves:
        'Yüz şablonları, ışık ve konum gibi birkaç ölçümle birlikte gönderilir. Sunucu ara sıra, rastgele, yüzünüzün birkaç küçük resmini de ister: gerçekten burada olduğunuzu doğrulamak için bunlara yalnızca bellekte bakar ve bunları saklamaz.',
      privacy: 'Resimler gönderilebilir, saklanmaz',
    },
  },
  deciding: {
    title: 'Lütfen bekleyin',
    enroll: 'Kamera kapalı. Yüz şablonunuz kaydediliyor…',
    authenticate: 'Kamera kapalı. Kontrol ediliyor…',
    liveness: 'Kamera kapalı. Kontrol ediliyor…',
    age_verify: 'Kamera kapalı. Kontrol ediliyor…',
  },
  pin: {
    newTitle: 'Bir PIN seçin',
    newText: 'Yüzünüz tek başına yetmediğinde işe yarar.',
    askTitle: 'PIN’inizi girin',
    askText: 'Bu sefer yüzünüz tek başına yeterli değil.',
    label: 'PIN',
    hint: '4–16 rakam',
    pad: 'Rakamlar',
    wrong: 'Bu PIN doğru değil.',
    format: 'PIN yalnızca rakamlardan oluşur: en az 4, en çok 16.',
    weak: 'Bu PIN’i tahmin etmek çok kolay. Ardışık ve yinelenen rakamlardan kaçının.',
    notUnique: 'Lütfen başka bir PIN seçin.',
    typed: '{digits} rakam girildi',
    triesLeft: { one: '{count} deneme hakkınız kaldı', other: '{count} deneme hakkınız kaldı' },
  },
  retry: {
    'not-clear': {
      title: 'Yeterince net değildi',
      advice: 'Yüzünüzü ışığa dönün, güneş gözlüğünüzü veya maskenizi çıkarın ve yeniden deneyin.',
    },
    expired: { title: 'Çok uzun sürdü', advice: 'Bir sorun yok. Lütfen bir kez daha deneyin.' },
  },
  done: {
    enroll: { title: 'Her şey hazır', text: 'Bir dahaki sefere yüzünüzle giriş yapabilirsiniz.' },
    authenticate: { title: 'Yeniden hoş geldiniz', text: 'Sizi tanıdık.' },
    liveness: { title: 'Teşekkürler', text: 'Bu gerçek bir yüze benziyor.' },
    age_verify: { title: 'Teşekkürler', text: 'Bu cihaz yaşınızı tahmin etti. Tahmin yanlış olabilir.' },
  },
  failure: {
    'no-face': {
      title: 'Yüzünüzü göremedik',
      advice: 'Kameranın önünün kapalı olmadığından emin olun, iyi ışıkta kameraya bakın ve yeniden deneyin.',
    },
    'many-faces': {
      title: 'Birden fazla yüz var',
      advice: 'Görüntüde sizden başka kimse olmadığından emin olun ve yeniden deneyin.',
    },
    'poor-view': {
      title: 'Görüntü yeterince iyi değildi',
      advice: 'Yaklaşın, yüzünüzü ışığa dönün, güneş gözlüğünüzü veya maskenizi çıkarın ve yeniden deneyin.',
    },
    spoof: {
      title: 'Bu gerçek bir yüze benzemiyor',
      advice:
        'Kameranın karşısına fotoğraf veya ekranla değil, kendiniz geçin. Yansımalardan ve arkadan gelen güçlü ışıktan kaçının, sonra yeniden deneyin.',
    },
    'camera-denied': {
      title: 'Kamera engellenmiş',
      advice: 'Adres çubuğundan veya tarayıcı ayarlarından bu site için kameraya izin verin, sonra yeniden deneyin.',
    },
    'camera-missing': {
      title: 'Kamera bulunamadı',
      advice: 'Bir kamera bağlayın veya kamerası olan bir cihaz kullanın, sonra yeniden deneyin.',
    },
    'camera-busy': {
      title: 'Kamera kullanımda',
      advice: 'Kamerayı kullanan diğer programları veya sekmeleri kapatın, sonra yeniden deneyin.',
    },
    'camera-lost': {
      title: 'Kamera durdu',
      advice: 'Hâlâ bağlı olup olmadığını kontrol edin, sonra yeniden deneyin.',
    },
    'insecure-page': {
      title: 'Bu sayfa kamerayı kullanamıyor',
      advice: 'Kamera için güvenli bir adres gerekir. Bu sayfayı başında https:// ile açın.',
    },
    'browser-unsupported': {
      title: 'Bu tarayıcı bunu desteklemiyor',
      advice: 'Chrome, Edge, Firefox veya Safari’nin güncel bir sürümünü kullanın ya da başka bir yolla giriş yapın.',
    },
    'consent-declined': {
      title: 'Hiçbir yüz taranmadı',
      advice: 'Sorun değil: onayınız olmadan hiçbir şey saklanmaz. Başka bir yolla giriş yapabilirsiniz.',
    },
    'server-slow': {
      title: 'Sunucu yanıt vermedi',
      advice: 'Bağlantınızı kontrol edin ve biraz sonra yeniden deneyin.',
    },
    cancelled: {
      title: 'İptal edildi',
      advice: 'Hiçbir şey saklanmadı. İstediğiniz zaman yeniden başlayabilirsiniz.',
    },
    'in-progress': { title: 'Zaten açık', advice: 'Önce diğer yüzle giriş penceresini tamamlayın veya kapatın.' },
    network: { title: 'Bağlantı yok', advice: 'İnternet bağlantınızı kontrol edin, sonra yeniden deneyin.' },
    'site-fault': {
      title: 'Bu site bunun için ayarlanmamış',
      advice: 'Sizin hatanız değil. Başka bir yolla giriş yapın ve siteye haber verin: aşağıdaki kod yardımcı olur.',
    },
    origin: {
      title: 'Bu adreste izin verilmiyor',
      advice: 'Önce site sahibinin bu adrese izin vermesi gerekir. Başka bir yolla giriş yapın.',
    },
    'too-many': { title: 'Çok fazla deneme', advice: 'Birkaç dakika bekleyin veya başka bir yolla giriş yapın.' },
    expired: { title: 'Süre doldu', advice: 'Hiçbir şey saklanmadı. Lütfen yeniden başlayın.' },
    'server-fault': {
      title: 'Sunucuda bir sorun oluştu',
      advice: 'Sizin hatanız değil. Biraz sonra yeniden deneyin veya başka bir yolla giriş yapın.',
    },
    busy: { title: 'Şu anda çok yoğun', advice: 'Biraz bekleyin, sonra yeniden deneyin.' },
    crashed: {
      title: 'Burada bir sorun oluştu',
      advice: 'Yeniden deneyin. Sorun yinelenirse sayfayı yeniden yükleyin.',
    },
    'storage-full': {
      title: 'Yer kalmadı',
      advice: 'Bu cihazda yer açın, sonra sayfayı yeniden yükleyin.',
    },
    'not-recognised': {
      title: 'Yüzünüz tanınmadı',
      advice:
        'Yüzünüzü ışığa dönün ve yeniden deneyin. Burada yüzle girişi henüz ayarlamadıysanız önce onu yapın veya başka bir yolla giriş yapın.',
    },
    'unknown-device': {
      title: 'Bu cihaz burada tanınmıyor',
      advice: 'Daha önce giriş yaptığınız bir cihazı kullanın ya da siteden bu cihaza izin vermesini isteyin.',
    },
    duplicate: {
      title: 'Bu yüz zaten kayıtlı',
      advice: 'Burada yapılacak bir şey yok: yüzünüzle giriş yapın.',
    },
    mismatch: {
      title: 'Taramalar birbirini tutmuyor',
      advice: 'Sonuna kadar kameranın önünde aynı kişi kalmalı. Yeniden deneyin.',
    },
    'pin-wrong': {
      title: 'PIN doğru değildi',
      advice: 'Yeniden denemeden önce bir süre bekleyin veya başka bir yolla giriş yapın.',
    },
    'pin-not-unique': { title: 'Bu PIN kullanılamaz', advice: 'Yeniden başlayın ve başka bir PIN seçin.' },
    country: {
      title: 'Ülkenizde kullanılamıyor',
      advice: 'Başka bir yolla giriş yapın veya site sahibine sorun.',
    },
    minor: {
      title: 'Bu site için fazla genç görünüyorsunuz',
      advice: 'Bu, yüzünüze dayalı bir tahmindir ve yanlış olabilir. Başka bir yolla giriş yapın veya siteye sorun.',
    },
    quota: {
      title: 'Daha fazla kişi eklenemiyor',
      advice: 'Bu site sınırına ulaştı. Başka bir yolla giriş yapın ve siteye haber verin.',
    },
  },
} as const satisfies Messages
