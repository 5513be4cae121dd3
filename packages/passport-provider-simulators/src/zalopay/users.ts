import type { ZaloPayUser } from './options.js'

/** The users that ZaloPay starts with. */
export function seedUsers(): ZaloPayUser[] {
  return [
    {
      muid: 'Zp1_rKQ3vT8mB5nXc2LwY7hD0sJfA9gU4eRiOaPqVbM',
      display_name: 'Nguyễn Thị Hồng',
      avatar: '/pictures/hong.svg',
      user_phone: 84901234567,
      user_email: 'hong@example.com',
      user_identity_info: {
        birthday: 631152000000,
        full_name: 'NGUYỄN THỊ HỒNG',
        gender: 2,
        permanent_address: '12 Lý Thường Kiệt, Hoàn Kiếm, Hà Nội',
      },
      user_identity_image: {
        id_number: '001190000001',
        id_type: 3,
        issue_date: 1609459200000,
        issue_place: 'Cục Cảnh sát QLHC về TTXH',
        expiration_date: 1924992000000,
        identity_image_front: '/pictures/card-front.svg',
        identity_image_back: '/pictures/card-back.svg',
      },
    },
    {
      muid: 'Zp2_hW6yKc0TqR9fLsV3xN8bJ5mPdGaE7uIoZ1wYtXk',
      display_name: 'Trần Đức Anh',
      avatar: '/pictures/duc-anh.svg',
      user_email: 'ducanh@example.com',
    },
    { muid: 'Zp3_eD4rF7tG1yH8uJ2iK5oL9pQ0aZ3sX6wC7vB4nM8', user_phone: 84987654321 },
    {
      muid: 'Zp4_mN5bV8cX2zL6kJ9hG3fD7sA1pO4iU0yT5rE8wQ2',
      display_name: `O'Neil & José <script>alert(1)</script>`,
      user_phone: 84912000111,
    },
    { muid: 'Zp5_qA2wS4eD6rF8tG0yH1uJ3iK5oL7pZ9xC2vB4nM6' },
  ]
}
