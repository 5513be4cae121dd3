/** What the launch page says, in each language. */
export interface Texts {
  /** A heading, and what to do. */
  working: [string, string]
  waiting: [string, string]
  outside: [string, string]
  unloaded: [string, string]
  refused: [string, string]
  failed: [string, string]
  late: [string, string]
  noScript: [string, string]
  wrong: [string, string]
  again: string
  back: string
}

const en: Texts = {
  working: ['Logging in with ZaloPay', 'ZaloPay may ask you to allow the login.'],
  waiting: ['Still waiting for ZaloPay', 'Allow the login in ZaloPay, or try again.'],
  outside: [
    'Open this page in the ZaloPay app',
    'This login works only inside ZaloPay. Open the ZaloPay app, open this site there and log in again.',
  ],
  unloaded: ['ZaloPay could not be loaded', 'Check your internet connection, then try again.'],
  refused: ['The login was cancelled', 'You can try again or go back.'],
  failed: ['The login did not work', 'Please try again in a moment.'],
  late: ['ZaloPay has not answered', 'Please try again.'],
  noScript: ['JavaScript is off', 'Please turn on JavaScript to use this page.'],
  wrong: ['This request is wrong', 'Please start again from the login page.'],
  again: 'Try again',
  back: 'Back',
}

const mn: Texts = {
  working: ['ZaloPay-ээр нэвтэрч байна', 'ZaloPay танаас нэвтрэлтийг зөвшөөрөхийг хүсэж магадгүй.'],
  waiting: [
    'ZaloPay-ийн хариуг хүлээсээр байна',
    'ZaloPay дээр нэвтрэлтийг зөвшөөрнө үү, эсвэл дахин оролдоно уу.',
  ],
  outside: [
    'Энэ хуудсыг ZaloPay апп дотор нээнэ үү',
    'Энэ нэвтрэлт зөвхөн ZaloPay дотор ажиллана. ZaloPay аппыг нээж, тэндээс энэ сайтыг нээгээд дахин нэвтэрнэ үү.',
  ],
  unloaded: ['ZaloPay-г ачаалж чадсангүй', 'Интернэт холболтоо шалгаад дахин оролдоно уу.'],
  refused: ['Нэвтрэлтийг цуцаллаа', 'Дахин оролдох эсвэл буцах боломжтой.'],
  failed: ['Нэвтэрч чадсангүй', 'Түр хүлээгээд дахин оролдоно уу.'],
  late: ['ZaloPay хариу өгсөнгүй', 'Дахин оролдоно уу.'],
  noScript: [
    'JavaScript унтраалттай байна',
    'Энэ хуудсыг ашиглахын тулд JavaScript-ийг асаана уу.',
  ],
  wrong: ['Энэ хүсэлт буруу байна', 'Нэвтрэх хуудаснаас дахин эхлүүлнэ үү.'],
  again: 'Дахин оролдох',
  back: 'Буцах',
}

const vi: Texts = {
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

const ru: Texts = {
  working: ['Выполняется вход через ZaloPay', 'ZaloPay может запросить ваше согласие.'],
  waiting: ['Всё ещё ждём ответа ZaloPay', 'Разрешите вход в ZaloPay или попробуйте ещё раз.'],
  outside: [
    'Откройте эту страницу в приложении ZaloPay',
    'Этот способ входа работает только в ZaloPay. Откройте приложение ZaloPay, откройте в нём этот сайт и войдите снова.',
  ],
  unloaded: [
    'Не удалось загрузить ZaloPay',
    'Проверьте подключение к интернету и попробуйте ещё раз.',
  ],
  refused: ['Вход отменён', 'Вы можете попробовать ещё раз или вернуться.'],
  failed: ['Войти не удалось', 'Попробуйте ещё раз немного позже.'],
  late: ['ZaloPay не ответил', 'Попробуйте ещё раз.'],
  noScript: ['JavaScript выключен', 'Включите JavaScript, чтобы пользоваться этой страницей.'],
  wrong: ['Неверный запрос', 'Начните заново со страницы входа.'],
  again: 'Попробовать ещё раз',
  back: 'Назад',
}

const languages: Record<string, Texts> = { en, mn, vi, ru }

/** The language that the browser prefers (`Accept-Language`); English if it asks for none of these. */
export function textsFor(acceptLanguage = ''): { language: string; texts: Texts } {
  const asked = acceptLanguage
    .split(',', 50)
    .map((range) => {
      const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
      const quality = parameters.join(';').match(/^\s*q=([\d.]+)/)?.[1]
      return { language: tag.replace(/-.*/, ''), quality: Number(quality ?? 1) }
    })
    .filter(({ language, quality }) => Object.hasOwn(languages, language) && quality > 0)
    // the sort is stable: of two languages with the same quality the first one wins
    .sort((one, other) => other.quality - one.quality)
  const language = asked[0]?.language ?? 'en'
  return { language, texts: languages[language] ?? en }
}
