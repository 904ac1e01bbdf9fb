import type { Language } from './values.js';

/** All that a flow's page says by itself. */
export interface Words {
  readonly register: string;
  readonly optional: string;
  readonly problem: string;
  readonly openTooLong: string;
  readonly missing: string;
  readonly tooLong: (most: number) => string;
  readonly oneLine: string;
  readonly email: string;
  readonly phone: string;
  readonly number: string;
  readonly date: string;
  readonly registered: string;
  readonly arrived: string;
  readonly next: string;
  readonly sentAlready: string;
  readonly firstCounts: string;
  readonly again: string;
}

const en: Words = {
  register: 'Register',
  optional: 'You may leave this empty.',
  problem: 'Problem',
  openTooLong: 'This form has been open for too long. Look through it, and send it again.',
  missing: 'Fill this in.',
  tooLong: (most) => `Write at most ${most} characters.`,
  oneLine: 'Write one line, without special characters.',
  email: 'This is no e-mail address.',
  phone: 'This is no phone number. Write digits, with + and the country code in front.',
  number: 'This is no number.',
  date: 'This is no date. Write it as 2026-01-31.',
  registered: 'You are registered',
  arrived: 'Your registration has arrived:',
  next: 'What comes next:',
  sentAlready: 'This form was sent already',
  firstCounts: 'Your first registration counts. What you have just sent was not saved.',
  again: 'Register somebody else',
};

const es: Words = {
  register: 'Registrarme',
  optional: 'Puedes dejarlo vacío.',
  problem: 'Problema',
  openTooLong: 'Este formulario estuvo abierto demasiado tiempo. Revísalo y envíalo de nuevo.',
  missing: 'Completa este campo.',
  tooLong: (most) => `Escribe como máximo ${most} caracteres.`,
  oneLine: 'Escribe una sola línea, sin caracteres especiales.',
  email: 'No es una dirección de correo.',
  phone: 'No es un número de teléfono. Escribe los dígitos, con + y el código del país al principio.',
  number: 'No es un número.',
  date: 'No es una fecha. Escríbela así: 2026-01-31.',
  registered: 'Registro completo',
  arrived: 'Recibimos tu registro:',
  next: 'Lo que sigue:',
  sentAlready: 'Este formulario ya fue enviado',
  firstCounts: 'Vale tu primer registro. Lo que acabas de enviar no se guardó.',
  again: 'Registrar a otra persona',
};

const pt: Words = {
  register: 'Inscrever-me',
  optional: 'Você pode deixar vazio.',
  problem: 'Problema',
  openTooLong: 'Este formulário ficou aberto por tempo demais. Confira e envie de novo.',
  missing: 'Preencha este campo.',
  tooLong: (most) => `Escreva no máximo ${most} caracteres.`,
  oneLine: 'Escreva uma só linha, sem caracteres especiais.',
  email: 'Não é um endereço de e-mail.',
  phone: 'Não é um número de telefone. Escreva os dígitos, com + e o código do país na frente.',
  number: 'Não é um número.',
  date: 'Não é uma data. Escreva assim: 2026-01-31.',
  registered: 'Inscrição concluída',
  arrived: 'Recebemos sua inscrição:',
  next: 'O que vem a seguir:',
  sentAlready: 'Este formulário já foi enviado',
  firstCounts: 'Vale a sua primeira inscrição. O que você acabou de enviar não foi salvo.',
  again: 'Inscrever outra pessoa',
};

export const wordsIn: Readonly<Record<Language, Words>> = { en, es, pt };
