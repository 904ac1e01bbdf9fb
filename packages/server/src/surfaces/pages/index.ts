export { accountPage, ACCOUNT_PATH, SIGN_OUT_PATH } from './account.js';
export { consentPage } from './consent.js';
export { type Html, html, linkTo } from './html.js';
export { type Content, type Page, pageOut } from './page.js';
export { problemPage } from './problem.js';
export { linkPage, linkSentPage, signInPage } from './sign-in.js';
export type * from './views.js';
