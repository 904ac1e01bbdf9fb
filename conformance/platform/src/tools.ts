import { refuse } from 'gatehouse';
import { z } from 'zod';
import { PIXEL, SILENCE, nothing, pause, text, tool } from './declare.js';

const STEP_MS = 50;

const image = { type: 'image' as const, data: PIXEL, mimeType: 'image/png' };

/** Tools that answer, fail, log and tell their progress. */
export const toolBindings = [
  tool({ name: 'test_simple_text', description: 'Answers with a text.' }, nothing, () => text('This is a simple text response for testing.')),
  tool({ name: 'test_image_content', description: 'Answers with an image.' }, nothing, () => ({ content: [image] })),
  tool({ name: 'test_audio_content', description: 'Answers with a sound.' }, nothing, () => ({
    content: [{ type: 'audio', data: SILENCE, mimeType: 'audio/wav' }],
  })),
  tool({ name: 'test_embedded_resource', description: 'Answers with a resource that it brings along.' }, nothing, () => ({
    content: [{ type: 'resource', resource: { uri: 'test://embedded-resource', mimeType: 'text/plain', text: 'This is an embedded resource content.' } }],
  })),
  tool({ name: 'test_multiple_content_types', description: 'Answers with a text, an image and a resource.' }, nothing, () => ({
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      image,
      { type: 'resource', resource: { uri: 'test://mixed-content-resource', mimeType: 'application/json', text: '{"test":"data","value":123}' } },
    ],
  })),
  tool({ name: 'test_error_handling', description: 'Always fails.' }, nothing, () =>
    refuse('conflict', 'This tool intentionally returns an error for testing'),
  ),
  tool({ name: 'test_tool_with_logging', description: 'Logs three messages to its client while it works.' }, nothing, async (_input, { client }) => {
    client.log('info', 'Tool execution started');
    await pause(STEP_MS);
    client.log('info', 'Tool processing data');
    await pause(STEP_MS);
    client.log('info', 'Tool execution completed');
    return text('Tool with logging executed successfully');
  }),
  tool({ name: 'test_logging_tool', description: 'Logs a message for a client that asked for its level.' }, nothing, (_input, { client }) => {
    client.log('info', 'Only for those who asked');
    return text('Logged');
  }),
  tool({ name: 'test_tool_with_progress', description: 'Tells its progress in three steps.' }, nothing, async (_input, { client }) => {
    for (const done of [0, 50, 100]) {
      client.progress(done, 100, `Completed step ${done} of 100`);
      await pause(STEP_MS);
    }
    return text('Done in three steps');
  }),
  tool({ name: 'test_change_watched_resource', description: 'Tells that the watched resource has changed.' }, nothing, (_input, { changed }) => {
    changed('test://watched-resource');
    return text('Changed');
  }),
  tool({ name: 'test_echo_nothing', description: 'Has nothing to say again.', scope: 'echo:say' }, nothing, () => refuse('conflict', 'Nobody said anything.')),
  tool({ name: 'test_echo', description: 'Says again what it is told.', scope: 'echo:say' }, z.object({ said: z.string().min(1).max(100) }), ({ said }) =>
    text(said),
  ),
];
