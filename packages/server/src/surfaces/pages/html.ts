/** Pages are made of it, here and in platforms. */
export { Html, type Piece, html, linkTo } from '../../domain/html.js';
