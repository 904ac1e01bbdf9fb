import { type Refusal, refuseField } from 'gatehouse';
import { isHttpsUrl } from '../fields.js';

const HOSTS: ReadonlySet<string> = new Set(['google.com', 'www.google.com', 'maps.google.com', 'maps.app.goo.gl', 'goo.gl']);

/** Whether it is an address of Google Maps, over https. */
export function isMapsUrl(text: string): boolean {
  if (!isHttpsUrl(text)) return false;
  const { hostname, port } = new URL(text);
  return HOSTS.has(hostname) && port === '';
}

interface Given {
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
  readonly maps_url: string | null;
}

/** Where it is: as given, or else as the address on Google Maps says. */
export function coordinatesOf({ latitude, longitude, maps_url }: Given): { readonly latitude: number; readonly longitude: number } | Refusal {
  if (latitude !== undefined && longitude !== undefined) return { latitude, longitude };
  if (latitude !== undefined) return refuseField('longitude', 'Required beside latitude');
  if (longitude !== undefined) return refuseField('latitude', 'Required beside longitude');
  const found = maps_url === null ? undefined : coordinatesIn(maps_url);
  return found ?? refuseField('latitude', 'Required, with longitude, where no maps_url tells the coordinates');
}

/** `…/@19.43,-99.13,15z`, `?q=19.43,-99.13`, `?query=…` */
function coordinatesIn(mapsUrl: string) {
  const { pathname, searchParams } = new URL(mapsUrl);
  const number = String.raw`(-?\d{1,3}(?:\.\d{1,15})?)`;
  const text = searchParams.get('q') ?? searchParams.get('query') ?? pathname;
  const [, latitude, longitude] = new RegExp(String.raw`(?:^|@)${number},\s?${number}(?:$|,)`).exec(text) ?? [];
  if (latitude === undefined || Math.abs(Number(latitude)) > 90 || Math.abs(Number(longitude)) > 180) return undefined;
  return { latitude: Number(latitude), longitude: Number(longitude) };
}
