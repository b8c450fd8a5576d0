import type { Messages } from './messages.ts'

export const vi = {
  locale: 'vi',
  direction: 'ltr',
  title: {
    enroll: 'Thiết lập đăng nhập bằng khuôn mặt',
    authenticate: 'Đăng nhập bằng khuôn mặt',
    liveness: 'Xác nhận bạn đang có mặt',
    age_verify: 'Kiểm tra độ tuổi của bạn',
  },
  action: {
    close: 'Đóng',
    cancel: 'Hủy',
    accept: 'Tôi đồng ý',
    decline: 'Không, cảm ơn',
    again: 'Thử lại',
    finish: 'Xong',
    confirm: 'Tiếp tục',
    skip: 'Tiếp tục không có PIN',
    showPin: 'Hiện mã PIN',
    hidePin: 'Ẩn mã PIN',
    chooseCamera: 'Camera',
    switchCamera: 'Đổi camera',
    start: 'Bắt đầu',
    deleteDigit: 'Xóa chữ số cuối',
  },
  preparing: {
    title: 'Đang chuẩn bị',
    session: 'Đang kết nối…',
    models: 'Đang tải tính năng nhận diện khuôn mặt. Dữ liệu này được lưu lại cho lần sau.',
    bytes: '{loaded} trên {total}',
    runtime: 'Đang khởi động tính năng nhận diện khuôn mặt…',
    progress: 'Tiến trình tải',
  },
  consent: {
    title: 'Trước khi chúng tôi nhìn khuôn mặt bạn',
    lead: '{application} muốn nhận ra bạn qua khuôn mặt. Bạn là người quyết định.',
    points: [
      {
        title: 'Những gì được tính toán',
        text: 'Trình duyệt này nhìn khuôn mặt bạn qua camera và chuyển thành một dãy số, gọi là mẫu khuôn mặt.',
      },
      {
        title: 'Những gì rời khỏi thiết bị này',
        text: 'Mẫu khuôn mặt được gửi đi, kèm vài số đo như ánh sáng và vị trí. Không có ảnh hay video nào rời khỏi thiết bị này.',
      },
      {
        title: 'Ai lưu giữ mẫu',
        text: '{application} giữ mẫu này chỉ để nhận ra bạn ở đây, không dùng vào việc khác. Mẫu là dữ liệu cá nhân: hãy giữ gìn nó như một bức ảnh.',
      },
      {
        title: 'Cách rút lại',
        text: 'Bạn có thể yêu cầu xóa mẫu bất cứ lúc nào: hãy liên hệ {application}. Sau đó bạn sẽ không còn được nhận ra.',
      },
    ],
    closing: 'Nếu bạn đồng ý, khuôn mặt bạn sẽ được ghi lại một lần ngay bây giờ.',
    ageGate: {
      title: 'Tuổi của bạn',
      text: 'Thiết bị này ước đoán qua khuôn mặt xem bạn đã đủ tuổi chưa. {application} chỉ được biết có hoặc không.',
    },
    details: {
      title: 'Tuổi và giới tính của bạn',
      text: 'Thiết bị này ước đoán cả hai qua khuôn mặt bạn và báo cho {application}. Ước đoán có thể sai.',
    },
    purpose: 'Dùng để làm gì',
    version: 'Phiên bản {version}',
  },
  intro: {
    title: 'Ba điều sẽ giúp bạn',
    points: ['Quay mặt về phía sáng, đừng quay lưng', 'Tháo kính râm hoặc khẩu trang', 'Chỉ một mình bạn trong hình'],
    countdown: 'Tự động bắt đầu sau {seconds}',
  },
  permission: {
    title: 'Cho phép dùng camera',
    text: 'Trình duyệt đang hỏi trang này có được dùng camera không. Hãy chọn “Cho phép”.',
    privacy: 'Hình ảnh chỉ ở trên thiết bị này.',
  },
  guidance: {
    'no-face': 'Đưa khuôn mặt vào trong hình bầu dục',
    'many-faces': 'Chỉ một người trong khung hình',
    closer: 'Lại gần thêm một chút',
    back: 'Lùi lại một chút',
    left: 'Dịch sang bên trái của bạn',
    right: 'Dịch sang bên phải của bạn',
    up: 'Dịch lên một chút',
    down: 'Dịch xuống một chút',
    'more-light': 'Ở đây tối quá: hãy tìm chỗ sáng hơn',
    'less-light': 'Ở đây sáng quá: hãy tìm ánh sáng dịu hơn',
    backlight: 'Ánh sáng ở sau lưng bạn: hãy quay lại',
    'look-straight': 'Nhìn thẳng vào màn hình',
    'uncover-mouth': 'Tháo khẩu trang hoặc đừng che miệng',
    'uncover-eyes': 'Tháo kính râm',
    'open-eyes': 'Hãy mở mắt',
    'hold-still': 'Giữ yên',
  },
  camera: {
    preview: 'Hình ảnh phản chiếu từ camera của bạn',
    plainPreview: 'Hình ảnh từ camera của bạn',
    progress: 'Ghi hình',
    intro: 'Camera đang bật. Hãy giữ thiết bị trước mặt và làm theo hướng dẫn.',
    capturing: 'Giữ yên, đang ghi hình',
    local: 'Hình ảnh chỉ ở trên thiết bị này',
  },
  active: {
    actions: {
      turn_left: 'Quay đầu sang bên trái của bạn',
      turn_right: 'Quay đầu sang bên phải của bạn',
      blink: 'Nhắm mắt một lát',
      come_closer: 'Lại gần màn hình hơn',
      hold: 'Giữ nguyên một lát',
    },
    step: 'Bước {step}/{steps}',
    holdInstead: 'Không cử động',
    stepDone: 'Xong',
  },
  pictures: {
    title: 'Ảnh sẽ được gửi đi',
    leaves:
      'Mẫu khuôn mặt được gửi đi, kèm vài số đo như ánh sáng và vị trí. Một vài ảnh nhỏ khuôn mặt bạn cũng được gửi: máy chủ xem ảnh trong bộ nhớ để kiểm tra rằng bạn thật sự có mặt, và không lưu lại.',
    colours:
      'Màn hình sẽ đổi màu vài lần để chiếu sáng khuôn mặt bạn. Nếu việc đổi màu có thể gây hại cho bạn, chẳng hạn khi mắc chứng động kinh nhạy sáng, hãy tiếp tục mà không đổi màu.',
    brightness: 'Tốt nhất là tránh ánh sáng mạnh và để màn hình ở độ sáng cao nhất.',
    withoutColours: 'Không đổi màu',
    withoutMotion: 'Không quay đầu',
    privacy: 'Ảnh được gửi để kiểm tra, không lưu',
    flash: 'Tiếp tục nhìn vào màn hình',
    up: 'Ngẩng đầu lên một chút',
    down: 'Cúi đầu xuống một chút',
    perhaps: {
      title: 'Ảnh có thể được gửi đi',
      leaves:
        'Mẫu khuôn mặt được gửi đi, kèm vài số đo như ánh sáng và vị trí. Thỉnh thoảng, một cách ngẫu nhiên, máy chủ cũng yêu cầu một vài ảnh nhỏ khuôn mặt bạn: máy chủ xem ảnh trong bộ nhớ để kiểm tra rằng bạn thật sự có mặt, và không lưu lại.',
      privacy: 'Ảnh có thể được gửi, không lưu lại',
    },
  },
  deciding: {
    title: 'Chờ một chút',
    enroll: 'Camera đã tắt. Đang lưu mẫu khuôn mặt của bạn…',
    authenticate: 'Camera đã tắt. Đang kiểm tra…',
    liveness: 'Camera đã tắt. Đang kiểm tra…',
    age_verify: 'Camera đã tắt. Đang kiểm tra…',
  },
  pin: {
    newTitle: 'Chọn mã PIN',
    newText: 'Mã này giúp ích khi chỉ khuôn mặt là chưa đủ.',
    askTitle: 'Nhập mã PIN của bạn',
    askText: 'Lần này chỉ khuôn mặt là chưa đủ.',
    label: 'Mã PIN',
    hint: 'Từ 4 đến 16 chữ số',
    pad: 'Các chữ số',
    wrong: 'Mã PIN này không đúng.',
    format: 'Mã PIN chỉ gồm từ 4 đến 16 chữ số.',
    weak: 'Mã PIN này quá dễ đoán. Hãy tránh dãy số liên tiếp và chữ số lặp lại.',
    notUnique: 'Hãy chọn mã PIN khác.',
    typed: 'Đã nhập {digits} chữ số',
    triesLeft: { other: 'Còn {count} lần thử' },
  },
  retry: {
    'not-clear': {
      title: 'Hình chưa đủ rõ',
      advice: 'Hướng mặt về phía ánh sáng, tháo kính râm hoặc khẩu trang rồi thử lại.',
    },
    expired: { title: 'Mất quá nhiều thời gian', advice: 'Không có gì sai cả. Hãy thử lại một lần nữa.' },
  },
  done: {
    enroll: { title: 'Đã xong', text: 'Lần sau, bạn có thể đăng nhập bằng khuôn mặt.' },
    authenticate: { title: 'Chào mừng trở lại', text: 'Đã nhận ra bạn.' },
    liveness: { title: 'Cảm ơn bạn', text: 'Trông giống khuôn mặt thật.' },
    age_verify: { title: 'Cảm ơn bạn', text: 'Thiết bị này đã ước đoán tuổi của bạn. Ước đoán có thể sai.' },
  },
  failure: {
    'no-face': {
      title: 'Không nhìn thấy khuôn mặt bạn',
      advice: 'Hãy kiểm tra xem camera có bị che không, nhìn vào camera ở nơi đủ sáng rồi thử lại.',
    },
    'many-faces': {
      title: 'Có nhiều hơn một khuôn mặt',
      advice: 'Hãy đảm bảo chỉ có mình bạn trong hình rồi thử lại.',
    },
    'poor-view': {
      title: 'Hình chưa đủ tốt',
      advice: 'Lại gần hơn, hướng mặt về phía ánh sáng, tháo kính râm hoặc khẩu trang rồi thử lại.',
    },
    spoof: {
      title: 'Trông không giống khuôn mặt thật',
      advice:
        'Hãy tự mình đứng trước camera, không dùng ảnh hay màn hình. Tránh ánh phản chiếu và ánh sáng mạnh từ phía sau rồi thử lại.',
    },
    'camera-denied': {
      title: 'Camera đang bị chặn',
      advice: 'Hãy cho phép trang này dùng camera ở thanh địa chỉ hoặc trong cài đặt trình duyệt rồi thử lại.',
    },
    'camera-missing': {
      title: 'Không tìm thấy camera',
      advice: 'Hãy kết nối camera hoặc dùng thiết bị có camera rồi thử lại.',
    },
    'camera-busy': {
      title: 'Camera đang được sử dụng',
      advice: 'Hãy đóng các chương trình hoặc thẻ khác đang dùng camera rồi thử lại.',
    },
    'camera-lost': {
      title: 'Camera đã ngừng hoạt động',
      advice: 'Hãy kiểm tra xem camera còn được kết nối không rồi thử lại.',
    },
    'insecure-page': {
      title: 'Trang này không thể dùng camera',
      advice: 'Camera cần một địa chỉ an toàn. Hãy mở trang này với https:// ở đầu.',
    },
    'browser-unsupported': {
      title: 'Trình duyệt này không hỗ trợ',
      advice: 'Hãy dùng phiên bản mới của Chrome, Edge, Firefox hoặc Safari, hoặc đăng nhập bằng cách khác.',
    },
    'consent-declined': {
      title: 'Chưa ghi lại khuôn mặt nào',
      advice: 'Không sao cả: nếu bạn không đồng ý thì không có gì được lưu. Bạn có thể đăng nhập bằng cách khác.',
    },
    'server-slow': {
      title: 'Máy chủ không trả lời',
      advice: 'Hãy kiểm tra kết nối và thử lại sau giây lát.',
    },
    cancelled: { title: 'Đã hủy', advice: 'Không có gì được lưu. Bạn có thể bắt đầu lại bất cứ lúc nào.' },
    'in-progress': {
      title: 'Đã được mở',
      advice: 'Trước tiên, hãy hoàn tất hoặc đóng cửa sổ đăng nhập bằng khuôn mặt kia.',
    },
    network: { title: 'Không có kết nối', advice: 'Hãy kiểm tra kết nối internet rồi thử lại.' },
    'site-fault': {
      title: 'Trang này chưa được thiết lập cho việc đó',
      advice: 'Không phải lỗi của bạn. Hãy đăng nhập bằng cách khác và báo cho trang này: mã bên dưới sẽ giúp họ.',
    },
    origin: {
      title: 'Không được phép ở địa chỉ này',
      advice: 'Chủ trang này cần cho phép địa chỉ này trước. Hãy đăng nhập bằng cách khác.',
    },
    'too-many': { title: 'Quá nhiều lần thử', advice: 'Hãy chờ vài phút hoặc đăng nhập bằng cách khác.' },
    expired: { title: 'Đã hết thời gian', advice: 'Không có gì được lưu. Hãy bắt đầu lại.' },
    'server-fault': {
      title: 'Đã xảy ra lỗi trên máy chủ',
      advice: 'Không phải lỗi của bạn. Hãy thử lại sau giây lát hoặc đăng nhập bằng cách khác.',
    },
    busy: { title: 'Hiện đang rất bận', advice: 'Hãy chờ một chút rồi thử lại.' },
    crashed: {
      title: 'Đã xảy ra lỗi tại đây',
      advice: 'Hãy thử lại. Nếu lỗi lặp lại, hãy tải lại trang.',
    },
    'storage-full': {
      title: 'Không còn dung lượng',
      advice: 'Hãy giải phóng dung lượng trên thiết bị này rồi tải lại trang.',
    },
    'not-recognised': {
      title: 'Không nhận ra bạn',
      advice:
        'Hãy hướng mặt về phía ánh sáng và thử lại. Nếu chưa thiết lập đăng nhập bằng khuôn mặt ở đây, hãy thiết lập trước hoặc đăng nhập bằng cách khác.',
    },
    'unknown-device': {
      title: 'Thiết bị này chưa được biết ở đây',
      advice: 'Hãy dùng thiết bị mà bạn từng đăng nhập, hoặc đề nghị trang này cho phép thiết bị này.',
    },
    duplicate: {
      title: 'Khuôn mặt này đã được đăng ký',
      advice: 'Bạn không cần làm gì ở đây: hãy đăng nhập bằng khuôn mặt.',
    },
    mismatch: {
      title: 'Các lần ghi hình không khớp',
      advice: 'Phải là cùng một người trước camera cho đến khi xong. Hãy thử lại.',
    },
    'pin-wrong': {
      title: 'Mã PIN không đúng',
      advice: 'Hãy chờ một lúc trước khi thử lại hoặc đăng nhập bằng cách khác.',
    },
    'pin-not-unique': { title: 'Không thể dùng mã PIN này', advice: 'Hãy bắt đầu lại và chọn mã PIN khác.' },
    country: {
      title: 'Không khả dụng ở quốc gia của bạn',
      advice: 'Hãy đăng nhập bằng cách khác hoặc hỏi chủ trang này.',
    },
    minor: {
      title: 'Bạn có vẻ chưa đủ tuổi cho trang này',
      advice: 'Đây là ước đoán qua khuôn mặt bạn và có thể sai. Hãy đăng nhập bằng cách khác hoặc hỏi trang này.',
    },
    quota: {
      title: 'Không thể thêm người nữa',
      advice: 'Trang này đã đạt giới hạn. Hãy đăng nhập bằng cách khác và báo cho trang này.',
    },
  },
} as const satisfies Messages
