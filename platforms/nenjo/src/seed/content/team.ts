/** Who works in the sample workspace. Roles are named as the templates are, and `reviewer` is the workspace's own. */
export const agents = [
  {
    name: 'Atlas',
    description: 'Plans before anybody builds. Asks one question too many rather than one too few.',
    model_provider: 'anthropic',
    model_name: 'claude-opus-4-5',
    temperature: 0.3,
    tags: ['architecture', 'planning', 'backend'],
  },
  {
    name: 'Birch',
    description: 'Services and databases. Writes the failing test first.',
    model_provider: 'anthropic',
    model_name: 'claude-sonnet-4-5',
    temperature: 0.2,
    tags: ['typescript', 'backend', 'postgresql', 'money'],
  },
  {
    name: 'Cedar',
    description: 'Pages that work with a keyboard, a screen reader and a bad connection.',
    model_provider: 'openai',
    model_name: 'gpt-5.1',
    temperature: 0.4,
    tags: ['typescript', 'frontend', 'accessibility', 'design'],
  },
  {
    name: 'Dune',
    description: 'Ships, watches, and takes it back when it has to.',
    model_provider: 'anthropic',
    model_name: 'claude-sonnet-4-5',
    temperature: 0,
    tags: ['operations', 'release', 'security'],
  },
  {
    name: 'Ember',
    description: 'Reads every change against its acceptance criteria, and says what is missing.',
    model_provider: 'openai',
    model_name: 'gpt-5.1',
    temperature: 0,
    tags: ['review', 'security', 'tests'],
  },
  {
    name: 'Flint',
    description: 'Small clean-ups, on our own hardware.',
    model_provider: 'ollama',
    model_name: 'qwen3-coder:30b',
    temperature: null,
    tags: ['tests', 'cleanup', 'dependencies'],
  },
] as const;

/** Role and agent; of one role the first is the one that its steps are done by. */
export const assignments = [
  ['manager', 'Atlas'],
  ['architect', 'Atlas'],
  ['dev', 'Birch'],
  ['dev', 'Cedar'],
  ['devops', 'Dune'],
  ['reviewer', 'Ember'],
  ['dev', 'Flint'],
] as const;

export const reviewer = {
  name: 'reviewer',
  description: 'Decides whether a change may be shipped.',
  prompt_config: {
    system_prompt:
      'You review changes of the project {{ project.name }}. You have not written them, and you owe their author nothing but the truth. Quote the line that you speak of.',
    developer_prompt: 'Never approve a change without tests for what it fixes.',
    templates: {
      ticket_task: 'Review the branch for {{ ticket.slug }}: {{ ticket.title }}\n\nAcceptance criteria:\n{{ ticket.acceptance_criteria }}',
      gate_eval: 'Criteria:\n{{ gate.criteria }}\n\nWhat was done:\n{{ gate.previous_output }}\n\nDoes it pass?',
    },
    output_templates: { gate_pass: 'Passed. What convinced me: …', gate_fail: 'Not yet. What is missing, most important first: …' },
    memory_profile: { core_focus: ['recurring mistakes'], project_focus: ['conventions of the code base'], priority_categories: ['security', 'money'] },
  },
  platform_scopes: ['tickets:write', 'projects:read', 'documents:read', 'executions:read'],
} as const;

export const council = {
  name: 'Release council',
  description: 'Looks at a release from three sides before it goes out.',
  delegation_strategy: 'vote',
  config: { quorum: 2 },
  leader: ['architect', 'Atlas'],
  members: [
    ['reviewer', 'Ember'],
    ['devops', 'Dune'],
    ['dev', 'Cedar'],
  ],
} as const;
