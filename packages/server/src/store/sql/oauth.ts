import { artifactsDdl } from './artifacts.js';
import { clientsDdl } from './clients.js';
import { grantsDdl } from './grants.js';
import { linksDdl } from './links.js';
import type { OwnTypes } from './own-tables.js';
import { signingKeysDdl } from './signing-keys.js';
import { tokensDdl } from './tokens.js';

/** The tables of sign-in links and of the authorization server, those referred to first. */
export function oauthDdl(types: OwnTypes): readonly string[] {
  return [clientsDdl, grantsDdl, tokensDdl, artifactsDdl, signingKeysDdl, linksDdl].flatMap((ddl) => ddl(types));
}
