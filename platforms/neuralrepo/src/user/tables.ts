import { col, tenantTable } from 'gatehouse';

/** What a person says of themselves, under the user's id. */
export const profiles = tenantTable('profiles', {
  columns: {
    id: col.text(),
    display_name: col.nullable(col.text()),
    avatar_url: col.nullable(col.text()),
    /** JSON, as it was sent. */
    settings_json: col.or(col.text(), '{}'),
    created_at: col.timestamp(),
    updated_at: col.timestamp(),
  },
});
