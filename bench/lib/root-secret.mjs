export const ROOT_SECRET = 'a root secret that is only for measuring';
