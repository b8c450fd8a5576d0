import type { Words } from '../words.ts'

export const vi: Words = {
  opening: 'Đang mở liên kết của bạn…',
  lead: '{application} mời bạn từ nay đăng nhập bằng khuôn mặt. Bạn là người quyết định.',
  points: {
    consent: 'Bạn đọc xem khuôn mặt của bạn được dùng thế nào, rồi quyết định.',
    pin: 'Bạn chọn mã PIN.',
    camera: 'Bạn nhìn vào camera trong vài giây.',
  },
  until: 'Liên kết này dùng được đến {time}.',
  close: 'Bây giờ bạn có thể đóng trang này.',
  fault: 'Không phải lỗi của bạn. Hãy thử lại sau hoặc báo cho người gửi liên kết: mã bên dưới sẽ giúp họ.',
  unknown: {
    title: 'Liên kết này không hoạt động',
    advice: 'Hãy mở lại từ tin nhắn hoặc quét lại mã. Nếu vẫn không được, hãy xin một liên kết mới.',
  },
  expired: {
    title: 'Liên kết này không còn hiệu lực',
    advice: 'Liên kết đã hết hạn hoặc đã được thử quá nhiều lần. Hãy xin liên kết mới ở nơi bạn nhận được.',
  },
  used: {
    title: 'Liên kết này đã được dùng',
    advice: 'Nếu đó là bạn thì mọi việc đã xong và bạn có thể đóng trang này. Nếu không, hãy xin liên kết mới.',
  },
  otherPurpose: {
    title: 'Liên kết này dành cho việc khác',
    advice: 'Liên kết này không thiết lập đăng nhập bằng khuôn mặt. Hãy xin liên kết khác ở nơi bạn nhận được.',
  },
}
