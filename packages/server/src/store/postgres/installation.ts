import { Session } from './session.js';

/**
 * The platform that a database belongs to, as its owner or as the serving role; undefined where it is nobody's yet.
 * @param claim where it is nobody's yet and has Gatehouse's tables, it belongs to this one from now on
 */
export async function platformOf(url: string, claim?: string): Promise<string | undefined> {
  const session = await Session.open({ url, applicationName: 'gatehouse' });
  try {
    const { rows } = await session.query("select to_regclass('gatehouse_meta') is not null as present");
    if (rows[0]?.present !== true) return undefined;
    if (claim !== undefined) await session.query("insert into gatehouse_meta (name, value) values ('platform', $1) on conflict (name) do nothing", [claim]);
    const found = await session.query("select value from gatehouse_meta where name = 'platform'");
    return found.rows[0] === undefined ? undefined : String(found.rows[0].value);
  } finally {
    await session.close();
  }
}
