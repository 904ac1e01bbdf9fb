/** Names that tenants have in public addresses: each stands for one tenant, and tells nothing of it. */
export interface PublicIdStore {
  /** The tenant's own name; `candidate` becomes it where there is none yet. */
  settle(tenant: string, candidate: string, at: number): Promise<string>;
  /** Whose name it is; undefined where it is nobody's, or the tenant's that has ended. One indexed statement. */
  tenantOf(id: string): Promise<string | undefined>;
}
