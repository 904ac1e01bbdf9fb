/**
 * The data of server-sent events (HTML Living Standard, section 9.2.6), as they come. One that is cut off at the end is none. Names of
 * events are left out: what the providers send names itself.
 */
export async function* eventsIn(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  let data: string[] = [];
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?=[^\n])/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') {
        const [, value] = /^data: ?(.*)$/s.exec(line) ?? [];
        if (value !== undefined) data.push(value);
        continue;
      }
      if (data.length > 0) yield data.join('\n');
      data = [];
    }
  }
}
