import type { FieldType, Language, RedirectType } from '../flows/values.js';
import type { GiftType } from '../roulettes/values.js';

export interface SampleItem {
  readonly name: string;
  readonly description: string;
  readonly stock: number;
}

export interface SampleGift {
  readonly name: string;
  /** In per cent. */
  readonly probability: number;
  readonly is: GiftType;
  readonly points?: number;
  /** The item's name. */
  readonly item?: string;
}

export interface SampleRoulette {
  readonly name: string;
  readonly terms: string;
  readonly cooldownMinutes: number;
  readonly gifts: readonly SampleGift[];
  /** Spins a day, about. */
  readonly aDay: number;
}

export interface SampleFlow {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly language: Language;
  readonly asks: readonly { readonly name: string; readonly label: string; readonly type: FieldType }[];
  /** Where it leads to: an address, or the name of a roulette or a course. */
  readonly redirect: { readonly type: RedirectType; readonly to: string };
  readonly source: string;
  readonly campaign: string;
  /** Visitors a day, about; one in four registers. */
  readonly aDay: number;
}

/** A business as it is after sixty days of campaigns. */
export interface SampleBusiness {
  readonly currency: string;
  /** References of the people who work there. */
  readonly people: readonly string[];
  readonly items: readonly SampleItem[];
  readonly roulettes: readonly SampleRoulette[];
  readonly stocks: readonly { readonly name: string; readonly type: string; readonly total: number; readonly alert: number }[];
  readonly centers: readonly {
    readonly name: string;
    readonly address: string;
    readonly latitude: number;
    readonly longitude: number;
    readonly schedule: string;
  }[];
  /** In each center at first; the rest lies in none. */
  readonly inCenter: number;
  readonly courses: readonly {
    readonly name: string;
    readonly description: string;
    readonly lessons: readonly (readonly [title: string, content: string, minutes: number])[];
  }[];
  readonly flows: readonly SampleFlow[];
}
