import { headIn } from '../../sql/key-head.js';

/** Keys are looked up by the first 60 bits of their hash. */
export const keyHeads = `
drop index gatehouse_keys_hash;
create unique index gatehouse_keys_head on gatehouse_keys (${headIn.sqlite('hash')});
`;
