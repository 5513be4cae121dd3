import type { Texts } from './messages.js'

const texts: Texts = {
  general: 'Đăng nhập không thành công. Vui lòng thử lại.',
  no_code: 'Vui lòng mở trang này từ ứng dụng mà bạn dùng để đăng nhập.',
  bad_callback: 'Không thể hoàn tất đăng nhập. Vui lòng bắt đầu lại.',
  method_not_allowed: 'Địa chỉ này chỉ dùng để quay lại sau khi đăng nhập.',
  prefetch: 'Vui lòng tự mở trang này. Bản xem trước không dùng được.',
  cross_site_start: 'Vui lòng bắt đầu đăng nhập ngay trên trang web này.',
  cross_site_callback: 'Một trang web khác đã dẫn bạn đến đây. Vui lòng mở trang này từ ứng dụng.',
  no_pending_login:
    'Chưa có lần đăng nhập nào được bắt đầu trong trình duyệt này. Vui lòng bắt đầu lại từ trang đăng nhập.',
  pending_expired: 'Đăng nhập mất quá nhiều thời gian. Vui lòng bắt đầu lại.',
  start_loop: 'Nhà cung cấp đã chuyển bạn về mà không kèm kết quả đăng nhập. Vui lòng bắt đầu lại.',
  code_already_used: 'Lần đăng nhập này đã được sử dụng. Vui lòng bắt đầu lại.',
  invalid_code: 'Đăng nhập không được chấp nhận. Vui lòng bắt đầu lại.',
  access_denied: 'Đăng nhập đã bị hủy.',
  sdk_failed: 'Không thể đăng nhập qua ứng dụng. Vui lòng thử lại sau giây lát.',
  user_rejected: 'Tài khoản này không được phép đăng nhập tại đây.',
}

export default texts
