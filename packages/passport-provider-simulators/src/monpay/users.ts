import type { MonPayUser } from './options.js'

/** The users that MonPay starts with. */
export function seedUsers(): MonPayUser[] {
  return [
    {
      userId: 11,
      userPhone: 99112233,
      userEmail: 'batbayar@example.com',
      userFirstname: 'Батбаяр',
      userLastname: 'Дорж',
    },
    { userId: 12, userPhone: 88045512, userFirstname: 'Энхжаргал', userLastname: 'Ганболд' },
    { userId: 13, userEmail: 'oyunaa@example.com', userFirstname: 'Оюунчимэг' },
    { userId: 14, userPhone: 95007781 },
    {
      userId: 15,
      userPhone: 91234567,
      userEmail: 'oneil@example.com',
      userFirstname: '<script>alert(1)</script>',
      userLastname: "O'Neil & José",
    },
    { userId: 16, userPhone: 80001122, userFirstname: 'Төгөлдөр', insufficientAccess: true },
  ]
}
