import type { FailureCode } from './errors.js'

type Texts = Record<FailureCode | 'general', string>

const en: Texts = {
  general: 'Signing in did not work. Please try again.',
  no_code: 'Please open this page from the app that signs you in.',
  bad_callback: 'The sign-in answer was not complete. Please start again.',
  method_not_allowed: 'This address is only for coming back from signing in.',
  prefetch: 'This page must be opened, not loaded ahead.',
  cross_site_start: 'Please start signing in from this site itself.',
  cross_site_callback: 'Another site led here. Please open this page from the app itself.',
  no_pending_login:
    'No sign-in was started in this browser. Please start again from the sign-in page.',
  pending_expired: 'Signing in took too long. Please start again.',
  start_loop:
    'The provider came back without an answer. Start and callback are different routes: the URL registered at the provider must be exactly the callback URL, without "?" and "#".',
  code_already_used: 'This sign-in was already used. Please start again.',
  invalid_code: 'The sign-in was not accepted. Please start again.',
  access_denied: 'Signing in was cancelled.',
  sdk_failed: 'The app could not sign you in. Please try again in a moment.',
  user_rejected: 'This account may not sign in here.',
}

const mn: Texts = {
  general: 'Нэвтэрч чадсангүй. Дахин оролдоно уу.',
  no_code: 'Энэ хуудсыг нэвтрүүлэх аппаасаа нээнэ үү.',
  bad_callback: 'Нэвтрэлтийн хариу бүрэн биш байна. Дахин эхлүүлнэ үү.',
  method_not_allowed: 'Энэ хаяг зөвхөн нэвтрэлтээс буцаж ирэхэд зориулагдсан.',
  prefetch: 'Энэ хуудсыг урьдчилан ачаалах бус, нээх шаардлагатай.',
  cross_site_start: 'Нэвтрэлтийг энэ сайтаас өөрөөс нь эхлүүлнэ үү.',
  cross_site_callback: 'Таныг өөр сайт энд чиглүүлсэн байна. Энэ хуудсыг аппаас нь нээнэ үү.',
  no_pending_login: 'Энэ хөтөч дээр нэвтрэлт эхлээгүй байна. Нэвтрэх хуудаснаас дахин эхлүүлнэ үү.',
  pending_expired: 'Нэвтрэлт хэт удлаа. Дахин эхлүүлнэ үү.',
  start_loop:
    'Үйлчилгээ үзүүлэгч хариугүй буцаалаа. Эхлэл ба буцах зам нь өөр өөр: бүртгүүлсэн хаяг нь буцах хаягтай яг таарч, «?» болон «#» агуулаагүй байх ёстой.',
  code_already_used: 'Энэ нэвтрэлтийг аль хэдийн ашигласан байна. Дахин эхлүүлнэ үү.',
  invalid_code: 'Нэвтрэлтийг зөвшөөрсөнгүй. Дахин эхлүүлнэ үү.',
  access_denied: 'Нэвтрэлтийг цуцаллаа.',
  sdk_failed: 'Апп таныг нэвтрүүлж чадсангүй. Түр хүлээгээд дахин оролдоно уу.',
  user_rejected: 'Энэ бүртгэлээр энд нэвтрэх боломжгүй.',
}

const vi: Texts = {
  general: 'Đăng nhập không thành công. Vui lòng thử lại.',
  no_code: 'Vui lòng mở trang này từ ứng dụng dùng để đăng nhập.',
  bad_callback: 'Phản hồi đăng nhập không đầy đủ. Vui lòng bắt đầu lại.',
  method_not_allowed: 'Địa chỉ này chỉ dùng để quay lại sau khi đăng nhập.',
  prefetch: 'Trang này cần được mở, không được tải trước.',
  cross_site_start: 'Vui lòng bắt đầu đăng nhập từ chính trang này.',
  cross_site_callback: 'Một trang khác đã dẫn bạn đến đây. Vui lòng mở trang này từ ứng dụng.',
  no_pending_login:
    'Chưa có lần đăng nhập nào được bắt đầu trong trình duyệt này. Vui lòng bắt đầu lại từ trang đăng nhập.',
  pending_expired: 'Đăng nhập mất quá nhiều thời gian. Vui lòng bắt đầu lại.',
  start_loop:
    'Nhà cung cấp quay lại mà không có phản hồi. Nơi bắt đầu và nơi quay lại là hai đường dẫn khác nhau: URL đã đăng ký phải đúng là URL quay lại, không có "?" và "#".',
  code_already_used: 'Lần đăng nhập này đã được sử dụng. Vui lòng bắt đầu lại.',
  invalid_code: 'Đăng nhập không được chấp nhận. Vui lòng bắt đầu lại.',
  access_denied: 'Đăng nhập đã bị hủy.',
  sdk_failed: 'Ứng dụng không thể đăng nhập cho bạn. Vui lòng thử lại sau giây lát.',
  user_rejected: 'Tài khoản này không được phép đăng nhập tại đây.',
}

const ru: Texts = {
  general: 'Войти не удалось. Попробуйте ещё раз.',
  no_code: 'Откройте эту страницу из приложения, через которое вы входите.',
  bad_callback: 'Ответ для входа неполный. Начните сначала.',
  method_not_allowed: 'Этот адрес служит только для возвращения после входа.',
  prefetch: 'Эту страницу нужно открыть, а не загружать заранее.',
  cross_site_start: 'Начните вход на самом этом сайте.',
  cross_site_callback: 'Сюда вас привёл другой сайт. Откройте эту страницу из самого приложения.',
  no_pending_login: 'В этом браузере вход не был начат. Начните снова со страницы входа.',
  pending_expired: 'Вход занял слишком много времени. Начните сначала.',
  start_loop:
    'Провайдер вернулся без ответа. Начало и возврат — разные адреса: зарегистрированный URL должен точно совпадать с адресом возврата, без «?» и «#».',
  code_already_used: 'Этот вход уже использован. Начните сначала.',
  invalid_code: 'Вход не принят. Начните сначала.',
  access_denied: 'Вход отменён.',
  sdk_failed: 'Приложение не смогло выполнить вход. Попробуйте ещё раз немного позже.',
  user_rejected: 'С этой учётной записью войти здесь нельзя.',
}

const languages: Record<string, Texts> = { en, mn, vi, ru }

/**
 * The text to show a person for a failure code, in the language of a BCP 47 tag (`mn`, `vi-VN`).
 * An unknown locale gives English, an unknown code the general text; never throws.
 */
export function failureMessage(code: unknown, locale: unknown = 'en'): string {
  const tag = typeof locale === 'string' ? locale.toLowerCase() : ''
  const language = tag.replace(/[-_].*/s, '')
  const texts = Object.hasOwn(languages, language) ? languages[language] : undefined
  const spoken = texts ?? en
  return isCode(code) ? spoken[code] : spoken.general
}

function isCode(code: unknown): code is FailureCode {
  return typeof code === 'string' && code !== 'general' && Object.hasOwn(en, code)
}
