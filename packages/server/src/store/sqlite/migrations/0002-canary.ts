/** Always empty. What guards the platform's tables guards this one too, so that it can be tried on rows that are undone again. */
export const canary = `
create table gatehouse_canary (
  tenant_id text not null,
  id text not null,
  note text not null,
  primary key (tenant_id, id)
) strict;
`;
