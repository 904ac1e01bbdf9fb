/** A key's page has room for the mark of its last use: the row moves within it, and no index has to be told. */
export const roomForMarks = (): readonly string[] => ['alter table gatehouse_keys set (fillfactor = 80)'];
