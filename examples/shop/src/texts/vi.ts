import type { Texts } from './en.js'

/** Vietnamese. */
export const vi: Texts = {
  'site.name': 'Bản mẫu đăng nhập',
  'site.skip': 'Chuyển đến nội dung',
  'site.language': 'Ngôn ngữ',
  'site.demo':
    'Bản mẫu: MonPay, ZaloPay và MoneyPools được mô phỏng trên máy tính này. Không dùng tài khoản thật nào.',

  'home.title': 'Đăng nhập',
  'home.lead': 'Dùng một tài khoản bạn đã có.',
  'home.hello': 'Xin chào {name}',
  'home.signedIn': 'Bạn đã đăng nhập.',

  'login.with': 'Đăng nhập bằng {provider}',
  'login.monpay':
    'Mở ứng dụng MonPay, vào mục Dịch vụ trực tuyến và chạm vào biểu tượng của trang này. MonPay sẽ cho chúng tôi biết bạn là ai.',
  'login.zalopay':
    'Dùng được bên trong ứng dụng ZaloPay. ZaloPay sẽ hỏi bạn trước khi chia sẻ thông tin.',
  'login.moneypools': 'Bạn đăng nhập tại MoneyPools rồi quay lại đây.',
  'demo.monpay':
    'Đăng nhập MonPay bắt đầu từ ví: biểu tượng trong ví mở trang này kèm một mã dùng một lần mà không ai ở đây yêu cầu. Vì vậy trang này kiểm tra kỹ hơn và cho bạn thấy tài khoản của ai vừa được mở.',
  'demo.zalopay':
    'Đăng nhập ZaloPay bắt đầu tại đây: ứng dụng hỏi bạn có đồng ý không rồi trao một mã dùng một lần. Mã ấy vô dụng nếu thiếu bí mật mà trang này giữ riêng cho trình duyệt của bạn.',
  'demo.moneypools':
    'Đăng nhập MoneyPools bắt đầu tại đây và đi qua trang đăng nhập của mạng đó. Mạng nhớ sự đồng ý của bạn nên lần sau không hỏi nữa.',
  'demo.open': 'Mở trình mô phỏng {provider}',
  'demo.about': 'Cách hoạt động',

  'steps.title': 'Quá trình đăng nhập',
  'steps.lead': 'Trực tiếp từ kênh theo dõi của tiến trình này; không chứa mã, khóa hay token.',
  'steps.empty': 'Chưa có gì. Hãy bắt đầu đăng nhập.',
  'steps.start': 'Bắt đầu đăng nhập',
  'steps.callback': 'Nhận mã',
  'steps.token': 'Đổi mã lấy token',
  'steps.profile': 'Lấy hồ sơ',
  'steps.verify': 'Hỏi ứng dụng',
  'steps.refresh': 'Làm mới token',
  'steps.session': 'Mở phiên',
  'steps.ok': 'xong',
  'steps.failed': 'dừng lại: {code}',

  'account.title': 'Tài khoản của tôi',
  'account.unsolicited':
    'Phiên này do MonPay mở, không phải do bạn bắt đầu trên trang này. Đây có đúng là tài khoản của bạn không? Các thay đổi quan trọng sẽ cần xác nhận.',
  'account.identities': 'Các cách đăng nhập của tài khoản này',
  'account.email': 'E-mail, chưa xác minh',
  'account.phone': 'Điện thoại',
  'account.added': 'Thêm {when}',
  'account.used': 'dùng lần cuối {when}',
  'account.unlink': 'Gỡ bỏ',
  'account.unlinkWhich': 'Gỡ bỏ {provider}, {name}',
  'account.last': 'Đây là cách đăng nhập duy nhất của tài khoản nên không thể gỡ.',
  'account.add': 'Thêm cách đăng nhập',
  'account.link': 'Thêm {provider}',
  'account.linkMonpay':
    'Không thể thêm MonPay tại đây vì mã của MonPay đến mà không được yêu cầu. Hãy đăng nhập bằng MonPay rồi thêm các cách khác ở đó.',
  'account.devices': 'Nơi bạn đang đăng nhập',
  'account.thisDevice': 'thiết bị này',
  'account.since': 'Đăng nhập bằng {provider} {when}',
  'account.seen': 'hoạt động {when}',
  'account.logout': 'Đăng xuất',
  'account.logoutEverywhere': 'Đăng xuất khỏi mọi thiết bị',

  'switch.title': 'Có một tài khoản khác vừa đến',
  'switch.text':
    'Bạn đang đăng nhập với tên {current}. Nhưng {provider} vừa báo rằng {arriving} đang ở đây.',
  'switch.warning':
    'Nếu không phải bạn vừa mở trang này từ ví của chính mình, hãy giữ nguyên tài khoản: có thể ai đó đã gửi cho bạn một liên kết.',
  'switch.new': 'tài khoản mới',
  'switch.known': 'tài khoản đã có',
  'switch.current': 'đang đăng nhập',
  'switch.stay': 'Giữ nguyên {name}',
  'switch.go': 'Tiếp tục với {name}',

  'confirm.title': 'Có phải bạn không?',
  'confirm.text':
    'Thay đổi này cần bạn đăng nhập lại bằng một cách đăng nhập của tài khoản. Sau đó hãy thực hiện lại thao tác.',
  'confirm.with': 'Xác nhận bằng {provider}',
  'confirm.waiting': 'Bây giờ hãy mở trang này từ MonPay trong vòng năm phút.',

  'notice.linked': 'Đã thêm cách đăng nhập.',
  'notice.already_linked': 'Cách đăng nhập này đã là của bạn.',
  'notice.unlinked': 'Đã gỡ cách đăng nhập.',
  'notice.last': 'Không thể gỡ cách đăng nhập cuối cùng của tài khoản.',
  'notice.confirmed': 'Đã xác nhận. Bạn có thể thay đổi trong mười phút.',
  'notice.stayed': 'Không có gì thay đổi.',
  'notice.logged_out': 'Bạn đã đăng xuất.',
  'notice.logged_out_everywhere': 'Bạn đã đăng xuất khỏi mọi thiết bị.',

  'failure.title': 'Đăng nhập không thành công',
  'fault.title': 'Hiện chưa đăng nhập được',
  'fault.text':
    '{provider} hoặc trang này đang gặp sự cố. Đây không phải lỗi của bạn và tài khoản của bạn không có gì thay đổi.',
  'fault.site': 'Trang này đang gặp sự cố. Đây không phải lỗi của bạn.',
  'fault.paused':
    'Ví đang không phản hồi như bình thường nên trang này tạm dừng giây lát. Đây không phải lỗi của bạn.',
  'fault.reference': 'Mã tham chiếu khi cần hỗ trợ: {reference}',
  'expired.title': 'Trang này đã mở quá lâu',
  'expired.text':
    'Để bảo vệ bạn, các nút trên trang không còn hoạt động. Hãy mở lại trang và bấm nút một lần nữa.',
  'limit.title': 'Quá nhiều lần thử',
  'limit.text': 'Có quá nhiều lần thử trong thời gian ngắn.',
  'taken.title': 'Cách đăng nhập này là của người khác',
  'taken.text':
    'Nó thuộc về một tài khoản khác trên trang này nên không thể thêm vào tài khoản của bạn.',
  'stale.title': 'Bạn không còn đăng nhập',
  'stale.text': 'Thay đổi này cần đúng tài khoản đã yêu cầu nó.',
  'missing.title': 'Không có trang này',
  'missing.text': 'Có thể địa chỉ bị gõ sai.',
  'bad.title': 'Không đọc được yêu cầu',
  'bad.text': 'Trình duyệt của bạn đã gửi điều mà trang này không hiểu.',

  'next.no_code':
    'Mở ứng dụng MonPay, vào mục Dịch vụ trực tuyến và chạm vào biểu tượng của trang này.',
  'next.bad_callback': 'Hãy bắt đầu lại từ trang đăng nhập.',
  'next.method_not_allowed': 'Hãy mở trang đăng nhập bằng trình duyệt.',
  'next.prefetch': 'Hãy mở chính trang này thay vì bản xem trước.',
  'next.cross_site_start': 'Hãy dùng nút đăng nhập của trang này.',
  'next.cross_site_callback': 'Hãy mở trang này ngay từ ứng dụng MonPay.',
  'next.no_pending_login': 'Hãy bắt đầu tại đây, trong cùng một trình duyệt có bật cookie.',
  'next.pending_expired': 'Hãy bắt đầu lại và hoàn tất trong vòng mười phút.',
  'next.start_loop':
    'Hãy báo cho người vận hành trang rằng địa chỉ đã đăng ký với nhà cung cấp bị sai.',
  'next.code_already_used':
    'Hãy về trang đầu: có thể bạn đã đăng nhập rồi. Nếu chưa, hãy bắt đầu lại.',
  'next.invalid_code': 'Hãy đăng nhập lại để nhận mã mới.',
  'next.access_denied': 'Chưa có gì được chia sẻ. Nếu đổi ý, hãy bắt đầu lại.',
  'next.sdk_failed': 'Hãy đóng trang này, mở lại trong ZaloPay và thử thêm lần nữa.',
  'next.user_rejected': 'Hãy dùng cách đăng nhập khác.',
  'next.later': 'Hãy thử lại sau vài phút.',
  'next.home': 'Hãy quay về trang đầu.',
  'next.other': 'Hãy đăng nhập bằng cách đó để dùng tài khoản kia.',
  'next.login': 'Hãy đăng nhập lại.',

  'action.home': 'Về trang đầu',
  'action.login': 'Đến trang đăng nhập',
  'action.account': 'Đến tài khoản của tôi',
}
