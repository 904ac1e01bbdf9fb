import { booking } from './booking.js';
import { payments } from './payments.js';
import { reminders } from './reminders.js';
import type { SampleProject } from './shapes.js';

export const projects: readonly SampleProject[] = [booking, payments, reminders];
