import type { SampleBusiness } from './shapes.js';

/** A chain of coffee bars in Bogotá and Medellín. */
export const cafes: SampleBusiness = {
  currency: 'COP',
  people: ['barista.ana', 'barista.luis', 'barista.sofia', 'barista.mateo', 'barista.camila', 'barista.juan', 'barista.valentina'],
  items: [
    { name: 'Hand grinder', description: 'Steel burrs, for travel', stock: 4 },
    { name: 'Bag of Huila', description: '340 g, whole beans', stock: 120 },
  ],
  roulettes: [
    {
      name: 'Tip of the week',
      terms: 'One spin for each shift that was taken over from a colleague.',
      cooldownMinutes: 720,
      gifts: [
        { name: 'Bag of Huila', probability: 30, is: 'won_physical', item: 'Bag of Huila' },
        { name: '100 points', probability: 45, is: 'won_points', points: 100 },
        { name: 'Hand grinder', probability: 1, is: 'won_physical', item: 'Hand grinder' },
        { name: 'Another time', probability: 24, is: 'lost' },
      ],
      aDay: 4,
    },
  ],
  stocks: [
    { name: 'Apron', type: 'clothing', total: 90, alert: 10 },
    { name: 'Milk jug, 600 ml', type: 'tools', total: 75, alert: 12 },
  ],
  centers: [
    { name: 'Chapinero', address: 'Carrera 7 # 60-12, Bogotá', latitude: 4.6486, longitude: -74.0628, schedule: 'Mon-Fri 6:00-15:00' },
    { name: 'El Poblado', address: 'Calle 10 # 43-20, Medellín', latitude: 6.2088, longitude: -75.5677, schedule: 'Mon-Sat 7:00-16:00' },
  ],
  inCenter: 30,
  courses: [
    {
      name: 'Espresso from the beginning',
      description: 'Dose, grind, time, and what to change first.',
      lessons: [
        ['The dose', 'Weigh it. Every time.', 5],
        ['The grind', 'Coarser where it chokes, finer where it runs.', 9],
        ['The time', 'Twenty-five seconds, give or take three.', 6],
        ['Milk', 'Stop at 60 degrees.', 11],
      ],
    },
  ],
  flows: [
    {
      slug: 'barista-de-fin-de-semana',
      name: 'Barista de fin de semana',
      description: 'Sábados y domingos, en el bar más cerca de tu casa.',
      language: 'es',
      asks: [
        { name: 'name', label: 'Nombre', type: 'text' },
        { name: 'email', label: 'Correo', type: 'email' },
        { name: 'city', label: 'Ciudad', type: 'text' },
      ],
      redirect: { type: 'link', to: 'https://cafe.example/gracias' },
      source: 'instagram',
      campaign: 'fin-de-semana',
      aDay: 7,
    },
  ],
};
