import type { SngineUser } from './options.js'

/** The users that a Sngine site starts with. */
export function seedUsers(): SngineUser[] {
  return [
    {
      user_id: 1,
      user_name: 'maria',
      user_email: 'maria@example.com',
      user_firstname: 'Мария',
      user_lastname: 'Иванова',
      user_gender: 'Female',
      user_birthdate: '1990-01-31',
      user_picture: 'photos/2024/05/maria.svg',
      user_cover: 'photos/2024/05/cover.svg',
      user_registered: '2024-05-01 10:20:30',
      user_verified: 1,
      user_relationship: 'single',
      user_biography: 'Люблю горы & море\nПишу стихи — иногда',
      user_website: 'https://maria.example/?a=1&b=2',
    },
    {
      user_id: 2,
      user_name: 'joneil',
      user_email: 'jose@example.com',
      user_firstname: 'José',
      user_lastname: "O'Neil",
      user_gender: 'Male',
      user_picture: '',
      user_relationship: null,
    },
    {
      user_id: 3,
      user_name: 'hong.nguyen',
      user_email: '',
      user_firstname: 'Nguyễn Thị',
      user_lastname: 'Hồng',
      user_gender: null,
      user_picture: 'photos/2024/06/hong.svg',
      user_website: '',
    },
    {
      user_id: 4,
      user_name: 'scripty',
      user_email: 'scripty@example.com',
      user_firstname: '<script>alert(1)</script>',
      user_lastname: null,
      user_gender: 'Other',
    },
    {
      user_id: 5,
      user_name: 'batbayar',
      user_email: 'batbayar@example.com',
      user_firstname: 'Батбаяр',
      user_lastname: '',
      user_gender: 'Male',
      user_birthdate: '1985-11-26',
    },
    {
      user_id: 6,
      user_name: 'gone',
      user_email: 'gone@example.com',
      user_firstname: 'Ольга',
      user_lastname: 'Удалённая',
      deleted: true,
    },
  ]
}
