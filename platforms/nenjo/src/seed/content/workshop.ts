export const skills = [
  {
    name: 'Conventional commits',
    description: 'How commits and branches are named here.',
    role: 'dev',
    manifest: {
      schema_version: 1,
      instructions: {
        system: 'Write commits as type(scope): what and why, in at most 72 characters.',
        guidelines: ['One change, one commit.', 'The body says why, not what.'],
        examples: [{ input: 'Fixed VAT', output: 'fix(invoices): VAT is added first and rounded once' }],
      },
      tools: [],
      docs: [{ url: 'https://www.conventionalcommits.org/en/v1.0.0/', fetch_strategy: 'cache', ttl_hours: 168 }],
    },
  },
  {
    name: 'Error tracker',
    description: 'Looks up how often an error occurs, and since when.',
    role: 'reviewer',
    manifest: {
      schema_version: 1,
      instructions: { system: null, guidelines: ['Look an error up before you call it rare.'], examples: [] },
      tools: [
        {
          name: 'errors_search',
          description: 'Finds errors of a project by words in their message.',
          inputSchema: { type: 'object', properties: { project: { type: 'string' }, query: { type: 'string' } }, required: ['project', 'query'] },
          endpoint: {
            method: 'GET',
            url_template: 'https://errors.example.com/api/projects/{project}/issues?query={query}',
            headers: { Authorization: 'Bearer {{credentials.token}}' },
          },
          rate_limit: { requests_per_minute: 30 },
        },
      ],
      docs: [],
    },
  },
] as const;

export const lambdas = [
  {
    name: 'Run the tests',
    description: 'Fails when a test fails, with the last lines of what was printed.',
    path: 'run-tests.sh',
    interpreter: 'bash',
    body: '#!/usr/bin/env bash\nset -euo pipefail\ncd "$NENJO_GIT_WORK_DIR"\nnpm ci --no-audit --no-fund\nnpm test 2>&1 | tail -n 40\n',
  },
  {
    name: 'Nightly build',
    description: 'Says how the build of this night stands.',
    path: 'nightly/status.py',
    interpreter: 'python3',
    body: [
      '#!/usr/bin/env python3',
      'import json, urllib.request',
      '',
      'with urllib.request.urlopen("https://ci.example.com/api/builds/nightly", timeout=20) as answer:',
      '    build = json.load(answer)',
      'status = {"succeeded": "pass", "failed": "fail"}.get(build["state"], "wait")',
      'print(json.dumps({"cron_status": status, "reason": f\'Build {build["number"]} has {build["state"]}\'}))',
      '',
    ].join('\n'),
  },
] as const;

export const modes = [
  {
    name: 'Product brief',
    description: 'Writes a brief together with a person, question by question.',
    manifest: {
      schema_version: 1,
      mode_type: 'authoring',
      prompt: {
        system_addon: 'You write a product brief. Ask one question at a time; write nothing down that nobody has said.',
        entry_message: 'What should people be able to do that they cannot do today?',
        exit_message: 'The brief is among the documents of the project.',
        guidelines: ['Name who is affected, with numbers.', 'Write what will not be built.'],
      },
      tools: {
        allow: ['file_read', 'file_write', 'web_search_tool'],
        deny: ['shell'],
        additional_scopes: ['tickets:write', 'documents:read'],
        activate_mcp: ['github'],
      },
      artifact: { type: 'document', format: 'markdown', filename_template: 'brief-{{slugify(title)}}.md', output_template: null },
      session: { max_turns: 50, auto_save_interval: 5, exit_commands: ['/exit', '/done', '/finish'] },
    },
  },
] as const;

export const mcpServers = [
  {
    name: 'github',
    description: 'Pull requests and their checks.',
    transport: 'http',
    command: null,
    args: [],
    env: {},
    url: 'https://mcp.example.com/github',
    headers: { Authorization: 'Bearer {{credentials.github_token}}' },
  },
] as const;

export const documents = [
  {
    project: 'booking',
    filename: 'how-slots-are-computed.md',
    age: 35,
    content: `# How slots are computed

1. Take the weekly rules of the room, then the exceptions of the day: an exception replaces the rules of its day.
2. Cut the hours into slots of the length of the appointment type, from the full quarter of an hour.
3. Leave out what is taken, what is blocked by a calendar, and what begins in less than two hours.

Times are stored in UTC and computed in the time zone of the practice. On the two days on which the clocks change a slot may last an hour
more or less on the wall clock; it never does in UTC.
`,
  },
  {
    project: 'payments',
    filename: 'ledger.md',
    age: 44,
    content: `# The ledger

- Each transaction has at least two entries, and they sum to zero.
- Entries are never changed or deleted. A mistake is corrected by its reverse.
- Amounts are integers, in the smallest unit of the currency.

| Account | What it holds |
| --- | --- |
| provider | what the payment provider owes us |
| practice:<id> | what we owe a practice |
| held:<id> | deposits that are neither captured nor released |
`,
  },
  {
    project: 'reminders',
    filename: 'texts-de.md',
    age: 21,
    content: `# Erinnerungen auf Deutsch

**24 Stunden vorher**: Guten Tag {{patient}}, wir erwarten Sie am {{day}} um {{time}} Uhr, {{address}}. Absagen? Antworten Sie NEIN.

**Nach einer Absage**: Ihr Termin am {{day}} ist abgesagt. Einen neuen finden Sie auf unserer Seite.
`,
  },
] as const;
