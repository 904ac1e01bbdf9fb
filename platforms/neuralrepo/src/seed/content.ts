import type { IdeaSource, IdeaStatus, LinkType, RelationType } from '../ideas/values.js';

export interface SampleIdea {
  readonly title: string;
  readonly body: string | null;
  readonly tags: readonly string[];
  readonly status: IdeaStatus;
  readonly source: IdeaSource;
  /** Days before now. */
  readonly age: number;
  /** The title of the one above. */
  readonly under?: string;
  readonly links?: readonly { readonly url: string; readonly title: string; readonly link_type: LinkType }[];
  readonly archived?: true;
}

export const tagColors: Readonly<Record<string, string>> = { garden: '#2f855a', app: '#3182ce', home: '#b7791f', writing: '#805ad5', tools: '#4a5568' };

export const ideas: readonly SampleIdea[] = [
  {
    title: 'A planner for balcony gardens',
    body: 'Give it the size of the balcony, which way it faces and how much time there is in a week. It answers what to plant when, and in which pot.\n\nMost planners assume a field. What grows on four square metres that face north is another question.',
    tags: ['garden', 'app'],
    status: 'building',
    source: 'web',
    age: 64,
    links: [{ url: 'https://www.rhs.org.uk/container-gardening', title: 'What grows in containers', link_type: 'url' }],
  },
  {
    title: 'Hours of sun from three photos',
    body: 'The position of the sun is known for every minute of the year. Three photos of the sky line from the balcony are enough to tell how many hours of sun each pot gets.',
    tags: ['garden', 'app', 'photos'],
    status: 'exploring',
    source: 'claude-mcp',
    age: 51,
    under: 'A planner for balcony gardens',
  },
  {
    title: 'Remind me to water by the weather, not by the calendar',
    body: 'After two days of rain a reminder is noise; in a hot week every other day is too late. Take the forecast and the size of the pot.',
    tags: ['garden', 'app', 'reminders'],
    status: 'captured',
    source: 'shortcut',
    age: 40,
    under: 'A planner for balcony gardens',
  },
  {
    title: 'Remind me to water by the weather, not the calendar',
    body: 'After two days of rain a reminder is noise; in a hot week every other day is too late. Take the forecast.',
    tags: ['garden', 'reminders'],
    status: 'captured',
    source: 'siri',
    age: 2,
  },
  {
    title: 'Seed swap in the stairwell',
    body: 'A shelf by the letter boxes. Take a bag, leave a bag. A list on the wall says what is in it and from when.',
    tags: ['garden', 'neighbours'],
    status: 'shipped',
    source: 'email',
    age: 120,
  },
  {
    title: 'Command line notes that end up where I look for them',
    body: 'I write notes in the terminal and look for them in the browser. One command that appends to today, one page that shows the week.',
    tags: ['tools', 'writing'],
    status: 'shipped',
    source: 'cli',
    age: 200,
    links: [{ url: 'https://github.com/junegunn/fzf', title: 'fzf, for choosing', link_type: 'github-repo' }],
  },
  {
    title: 'A changelog for decisions at home',
    body: 'Why did we cancel the second internet line? Which paint is in the hall? One line a decision, with the date and who was there.',
    tags: ['home', 'writing'],
    status: 'exploring',
    source: 'web',
    age: 33,
  },
  {
    title: 'Labels for the fuse box that make sense',
    body: 'Print a plan of the flat with a number for each fuse, and stick it inside the door.',
    tags: ['home'],
    status: 'shipped',
    source: 'api',
    age: 90,
    under: 'A changelog for decisions at home',
  },
  {
    title: 'Manuals by the thing they belong to',
    body: 'A code on the back of each appliance that opens its manual, the receipt and the date until which it is under warranty.',
    tags: ['home', 'app'],
    status: 'captured',
    source: 'claude-mcp',
    age: 21,
    under: 'A changelog for decisions at home',
  },
  {
    title: 'Read a book the way it was published: in instalments',
    body: 'Novels of the nineteenth century came out weekly. Send them by mail in the same rhythm, with what the newspapers wrote that week.',
    tags: ['writing', 'books', 'mail'],
    status: 'exploring',
    source: 'web',
    age: 75,
    links: [
      { url: 'https://www.gutenberg.org/ebooks/1400', title: 'Great Expectations', link_type: 'url' },
      { url: 'https://en.wikipedia.org/wiki/Serial_(literature)', title: 'Serials', link_type: 'url' },
    ],
  },
  {
    title: 'Instalments: which novels have their original breaks on record?',
    body: 'Dickens, Collins, Gaskell are well documented. For the French ones the newspapers have been scanned.',
    tags: ['books', 'research'],
    status: 'building',
    source: 'claude-mcp',
    age: 70,
    under: 'Read a book the way it was published: in instalments',
  },
  {
    title: 'A printer that prints one good thing each morning',
    body: 'A small receipt printer in the kitchen: one poem, the weather, whose birthday it is. Nothing to scroll.',
    tags: ['home', 'tools', 'mail'],
    status: 'captured',
    source: 'siri',
    age: 12,
  },
  {
    title: 'Dictionary of words that only our family uses',
    body: null,
    tags: ['writing', 'family'],
    status: 'captured',
    source: 'shortcut',
    age: 9,
  },
  {
    title: 'Walks that end at a bakery',
    body: 'Loops of an hour from the front door, each with a bakery in the last ten minutes. Mark which ones are open on Sundays.',
    tags: ['maps', 'app'],
    status: 'shelved',
    source: 'web',
    age: 150,
  },
  {
    title: 'Export from the old notes app before it shuts down',
    body: 'They close at the end of the quarter. The export has the texts, not the pictures.',
    tags: ['tools'],
    status: 'shipped',
    source: 'email',
    age: 210,
    archived: true,
  },
];

export const relations: readonly {
  readonly from: string;
  readonly to: string;
  readonly relation_type: RelationType;
  readonly note: string | null;
}[] = [
  {
    from: 'Seed swap in the stairwell',
    to: 'A planner for balcony gardens',
    relation_type: 'inspires',
    note: 'Everybody asked what would grow at their place',
  },
  { from: 'Hours of sun from three photos', to: 'A planner for balcony gardens', relation_type: 'blocks', note: 'Without it people have to guess' },
  {
    from: 'Command line notes that end up where I look for them',
    to: 'Export from the old notes app before it shuts down',
    relation_type: 'supersedes',
    note: null,
  },
  {
    from: 'Read a book the way it was published: in instalments',
    to: 'A printer that prints one good thing each morning',
    relation_type: 'related',
    note: 'An instalment could come out of it',
  },
];
