// Fixed answers with the size of real answers.

const token = (length) => 'Tq7xW2'.repeat(Math.ceil(length / 6)).slice(0, length)

/** By path: what the stub provider answers with. */
export const ANSWERS = {
  '/standard/token': {
    access_token: token(128),
    token_type: 'Bearer',
    expires_in: 3600,
    refresh_token: token(64),
    scope: 'profile email',
  },
  '/standard/userinfo': {
    sub: '110169484474386276334',
    name: 'Ada Lovelace',
    given_name: 'Ada',
    family_name: 'Lovelace',
    picture: 'https://images.provider.example/a/ACg8ocIq8dJ3sWk2.png?size=96',
    email: 'ada@provider.example',
    email_verified: true,
    locale: 'en',
  },
  '/monpay/token': {
    access_token: token(128),
    token_type: 'Bearer',
    refresh_token: token(64),
    expires_in: 3600,
    scope: 'phone email name',
  },
  '/monpay/userinfo': {
    code: 'OK',
    intCode: 0,
    info: 'Амжилттай',
    result: {
      userId: 1184471,
      userPhone: 99112233,
      userEmail: 'bat@provider.example',
      userFirstname: 'Батбаяр',
      userLastname: 'Доржийн',
    },
  },
  '/zalopay/token': {
    data: {
      access_token: token(128),
      expires_in: 3_600_000,
      refresh_token: token(128),
      refresh_expires_in: 2_592_000_000,
      muid: '5f2a8c40b7e94d1c',
    },
    context_id: 'c1c5d7f09ab24b53',
    trace_id: '9f86d081884c7d65',
  },
  '/zalopay/userinfo': {
    data: {
      muid: '5f2a8c40b7e94d1c',
      display_name: 'Nguyễn Thị Hồng',
      avatar: 'https://images.provider.example/avatar/5f2a8c40b7e94d1c.jpg',
      user_phone: 84912345678,
    },
    context_id: 'c1c5d7f09ab24b53',
    trace_id: '9f86d081884c7d66',
  },
  '/moneypools/token': { access_token: token(64) },
  '/moneypools/userinfo': {
    user_info: {
      user_id: '4821',
      user_name: 'maria.k',
      user_email: 'maria@provider.example',
      user_firstname: 'Мария',
      user_lastname: 'Ковал&ccedil;uk',
      user_gender: 'Female',
      user_birthdate: '1990-04-12',
      user_picture: 'photos/2025/03/site_7c1f3e.jpg',
      user_cover: null,
      user_registered: '2023-08-01 10:22:41',
      user_verified: '0',
      user_relationship: 'single',
      user_biography: 'Books &amp; tea',
      user_website: 'https://maria.provider.example',
      profile_picture: 'https://cdn.provider.example/uploads/photos/2025/03/site_7c1f3e.jpg',
      profile_cover: 'https://cdn.provider.example/uploads/',
    },
  },
}
