/** The keys of one owner that are not revoked are counted without those that are, however many there were. */
export const goodKeys = `
create index gatehouse_keys_good on gatehouse_keys (tenant_id, user_id, expires_at) where revoked_at is null;
`;
