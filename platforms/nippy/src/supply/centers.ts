import { Refusal } from 'gatehouse';
import { z } from 'zod';
import { created, line } from '../fields.js';
import { proposable } from '../proposals/write.js';
import { shownCenter } from './fields.js';
import { coordinatesOf, isMapsUrl } from './places.js';

export const centerWrites = proposable({
  vertical: 'supply',
  noun: 'nippy_center',
  path: '/supply/nippy-centers',
  title: 'a Nippy Center',
  description: 'A Nippy Center is a distribution point. Look with supply_list_nippy_centers whether it is there already.',
  input: z.object({
    name: line(120),
    address: line(300).describe('Street, number, city'),
    latitude: z.number().min(-90).max(90).optional(),
    longitude: z.number().min(-180).max(180).optional(),
    maps_url: z
      .string()
      .max(2000)
      .refine(isMapsUrl, 'Must be an https URL of Google Maps')
      .meta({ examples: ['https://www.google.com/maps/@19.4326,-99.1332,17z'] })
      .nullable()
      .default(null)
      .describe('Of Google Maps; where it names coordinates, latitude and longitude may be left out'),
    capacity: z.int().min(0).max(1_000_000_000).nullable().default(null).describe('How much it can hold; null: not known'),
    schedule: z.string().trim().max(300).default('').describe('Opening hours, such as Mon-Fri 9:00-18:00'),
    type: line(60).default('distribution'),
  }),
  preview: shownCenter.omit({ _id: true }),
  look({ name, address, latitude, longitude, maps_url, capacity, schedule, type }) {
    const at = coordinatesOf({ latitude, longitude, maps_url });
    return at instanceof Refusal ? at : { name, address, geo: { ...at, mapsUrl: maps_url }, capacity, schedule, isActive: true, type };
  },
  answer: created,
  async make(_given, { geo, isActive, ...center }, { db, newId, at }) {
    const { mapsUrl, ...coordinates } = geo;
    const id = newId();
    await db
      .insertInto('nippy_centers')
      .values({ ...center, ...coordinates, id, maps_url: mapsUrl, is_active: isActive, created_at: at })
      .execute();
    return { _id: id, name: center.name, status: 'created' as const };
  },
});
