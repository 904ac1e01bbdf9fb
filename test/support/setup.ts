import { watchAnswers } from './secret-watch.js';

watchAnswers();
