/** Words in the rows of tables that were declared with `search`, by the database's own full-text index. */
export interface SearchStore {
  /**
   * Ids of a tenant's rows in which every one of the words occurs, newest first. Nothing of any other tenant has a say in it.
   * @param words lower case, letters and digits alone; the last may be the beginning of a word
   */
  find(tenant: string, table: string, words: readonly string[], limit: number): Promise<readonly string[]>;
}
