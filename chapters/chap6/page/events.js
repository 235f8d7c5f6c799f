// The data of each event in a body: https://html.spec.whatwg.org/#event-stream-interpretation.
// A letter may be cut in two by the network, and so may be the two bytes that end a line.
export async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let rest = '';
    let data = [];
    for (let done = false; !done; ) {
      const read = await reader.read();
      done = read.done;
      rest += read.value ?? '';
      const lines = rest.split(done ? /\r\n|\n|\r/ : /\r\n|\n|\r(?!$)/);
      rest = lines.pop();
      for (const line of lines) {
        if (line === '' && data.length > 0) {
          yield data.join('\n');
          data = [];
        }
        // Comments, which keep the connection alive, begin with the colon.
        const [, field, value] = /^([^:]*)(?:: ?)?([^]*)$/.exec(line);
        if (field === 'data') data.push(value);
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
