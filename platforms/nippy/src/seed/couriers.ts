import type { SampleBusiness } from './shapes.js';

/** Couriers on two wheels in Mexico City. */
export const couriers: SampleBusiness = {
  currency: 'MXN',
  people: ['rider-104', 'rider-117', 'rider-131', 'rider-162', 'rider-178', 'rider-203', 'rider-219', 'rider-240', 'rider-255', 'rider-288', 'rider-301'],
  items: [
    { name: 'Bluetooth headphones', description: 'Bone conduction, so that traffic is still heard', stock: 9 },
    { name: 'Rain jacket', description: 'Reflective, sizes S to XL', stock: 40 },
    { name: 'Phone mount', description: 'For handlebars, shock absorbing', stock: 3 },
  ],
  roulettes: [
    {
      name: 'Friday wheel',
      terms: 'One spin for each Friday with ten deliveries or more.',
      cooldownMinutes: 1440,
      gifts: [
        { name: 'Keep participating', probability: 70, is: 'lost' },
        { name: '10 % off at the workshop', probability: 20, is: 'won_digital' },
        { name: 'Bluetooth headphones', probability: 10, is: 'won_physical', item: 'Bluetooth headphones' },
      ],
      aDay: 6,
    },
    {
      name: 'Rain bonus',
      terms: 'For whoever rides while it rains.',
      cooldownMinutes: 0,
      gifts: [
        { name: '50 points', probability: 60, is: 'won_points', points: 50 },
        { name: '200 points', probability: 12.5, is: 'won_points', points: 200 },
        { name: 'Rain jacket', probability: 2.5, is: 'won_physical', item: 'Rain jacket' },
        { name: 'Keep participating', probability: 25, is: 'lost' },
      ],
      aDay: 3,
    },
  ],
  stocks: [
    { name: 'Thermal bag', type: 'equipment', total: 260, alert: 20 },
    { name: 'Helmet', type: 'equipment', total: 140, alert: 15 },
    { name: 'Reflective vest', type: 'clothing', total: 300, alert: 40 },
  ],
  centers: [
    { name: 'Roma Norte', address: 'Calle Orizaba 101, Roma Norte, CDMX', latitude: 19.4183, longitude: -99.1606, schedule: 'Mon-Sat 8:00-20:00' },
    { name: 'Coyoacán', address: 'Avenida México 55, Coyoacán, CDMX', latitude: 19.3503, longitude: -99.1621, schedule: 'Mon-Fri 10:00-18:00' },
  ],
  inCenter: 60,
  courses: [
    {
      name: 'Your first week',
      description: 'What everybody asks on the first days.',
      lessons: [
        ['Accepting an order', 'What the screen shows, and how long there is to decide.', 8],
        ['At the restaurant', 'Show the number, check the seal, do not wait for longer than ten minutes.', 10],
        ['At the door', 'Call once, wait five minutes, leave a photo.', 6],
      ],
    },
    {
      name: 'Riding in the rain',
      description: 'Brakes, sight and when to stop.',
      lessons: [
        ['Before you set off', 'Tyres, lights, a dry pair of gloves.', 7],
        ['On the road', 'Twice the distance. Metal covers are ice.', 12],
      ],
    },
  ],
  flows: [
    {
      slug: 'quiero-repartir',
      name: 'Quiero repartir',
      description: 'Reparte en tu zona, con tu horario. Te llamamos en un día.',
      language: 'es',
      asks: [
        { name: 'name', label: 'Nombre', type: 'text' },
        { name: 'phone', label: 'Teléfono', type: 'phone' },
        { name: 'vehicle', label: '¿Moto o bicicleta?', type: 'text' },
      ],
      redirect: { type: 'course', to: 'Your first week' },
      source: 'facebook',
      campaign: 'riders-2026',
      aDay: 9,
    },
    {
      slug: 'trae-un-amigo',
      name: 'Trae un amigo',
      description: 'Un giro de la ruleta por cada amigo que hace su primera entrega.',
      language: 'es',
      asks: [
        { name: 'name', label: 'Nombre de tu amigo', type: 'text' },
        { name: 'email', label: 'Su correo', type: 'email' },
      ],
      redirect: { type: 'roulette', to: 'Friday wheel' },
      source: 'app',
      campaign: 'referral',
      aDay: 3,
    },
  ],
};
