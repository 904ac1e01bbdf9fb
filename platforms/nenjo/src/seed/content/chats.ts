export const chats = [
  {
    title: 'Why did Monday go wrong?',
    project: 'booking',
    agent: 'Atlas',
    age: 9.5,
    messages: [
      ['user', 'Two patients sat in the waiting room for the same slot. How can that be?'],
      [
        'assistant',
        'Both took it within 80 ms: the check and the insert are two statements. It happened twice in four weeks, both times at 08:00 on a Monday.',
      ],
      ['user', 'File it, please. Critical.'],
      ['assistant', 'Filed as two-patients-can-take-the-same-slot-at-the-same-moment, with a unique index as the way out.'],
    ],
  },
  {
    title: 'Refunds for support',
    project: 'payments',
    agent: 'Birch',
    age: 0.15,
    messages: [
      ['user', 'Support wants to choose the reason from a list. Is that still possible?'],
      ['assistant', 'Yes: the run is paused before the review. Which reasons?'],
      ['user', 'Illness, practice closed, double charge, other. I will send you the exact words this afternoon.'],
    ],
  },
] as const;
