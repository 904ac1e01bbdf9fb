import { z } from 'zod';
import { line, webUrl } from '../fields.js';
import { id } from '../ids.js';
import { MOST_BODY, MOST_TAGS, sources, statuses } from './values.js';

export const title = line(200);
export const body = z.string().max(MOST_BODY).nullable().describe('The thought in full, as Markdown or plain text');
export const status = z.enum(statuses).describe('captured: noted; shelved: put aside');
export const source = z.enum(sources);
export const tagName = line(50).refine((text) => !/[,\p{Cc}]/u.test(text), 'Must be one line without commas');
export const tagNames = z.array(tagName).max(MOST_TAGS).describe('Labels; new ones are made');
export const sourceUrl = webUrl().nullable().describe('Where the thought came from');
export const parentId = id().nullable().describe('The id of the idea that this one belongs under');
export const ideaId = id().describe('The id of the idea (not its number)');
