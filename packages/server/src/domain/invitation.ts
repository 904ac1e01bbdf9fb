/** Where the link of an invitation leads; its token is the parameter `token`, or the invitation's id the parameter `id`. */
export const INVITATION_PATH = '/invitation';
