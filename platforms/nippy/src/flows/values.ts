/** Where somebody goes on to once they have registered. */
export const redirectTypes = ['link', 'roulette', 'course'] as const;
/** What a field takes. */
export const fieldTypes = ['text', 'email', 'phone', 'number', 'date'] as const;

/** What a page's own words are in. */
export const languages = ['en', 'es', 'pt'] as const;

export type Language = (typeof languages)[number];
export type RedirectType = (typeof redirectTypes)[number];
export type FieldType = (typeof fieldTypes)[number];

export interface RegistrationField {
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  readonly required: boolean;
}
