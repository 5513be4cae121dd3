import type { Texts } from './texts.js'

const texts: Texts = {
  working: ['Đang đăng nhập bằng ZaloPay', 'ZaloPay có thể hỏi bạn có cho phép đăng nhập không.'],
  waiting: [
    'Vẫn đang chờ ZaloPay phản hồi',
    'Vui lòng cho phép đăng nhập trong ZaloPay, hoặc thử lại.',
  ],
  outside: [
    'Vui lòng mở trang này trong ứng dụng ZaloPay',
    'Cách đăng nhập này chỉ dùng được trong ZaloPay. Vui lòng mở ứng dụng ZaloPay, mở trang web này tại đó rồi đăng nhập lại.',
  ],
  unloaded: ['Không tải được ZaloPay', 'Vui lòng kiểm tra kết nối internet rồi thử lại.'],
  refused: ['Đăng nhập đã bị hủy', 'Bạn có thể thử lại hoặc quay lại.'],
  failed: ['Đăng nhập không thành công', 'Vui lòng thử lại sau giây lát.'],
  late: ['ZaloPay chưa phản hồi', 'Vui lòng thử lại.'],
  noScript: ['JavaScript đang tắt', 'Vui lòng bật JavaScript để dùng trang này.'],
  wrong: ['Yêu cầu này không đúng', 'Vui lòng bắt đầu lại từ trang đăng nhập.'],
  again: 'Thử lại',
  back: 'Quay lại',
}

export default texts
