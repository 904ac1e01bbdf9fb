// Progress for people: a moving second count on a terminal, one line now and then elsewhere. All on stderr.
const INTERVAL_SECONDS = 20;

export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Says what begins; the function it answers says how it ended and how long it took. */
export function progress(text) {
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 1000);
  const onTerminal = process.stderr.isTTY === true;
  say(text);
  const timer = setInterval(
    () => (onTerminal ? process.stderr.write(`\r  ${seconds()} s `) : say(`  … ${seconds()} s`)),
    onTerminal ? 1000 : INTERVAL_SECONDS * 1000,
  );
  return (ending) => {
    clearInterval(timer);
    if (onTerminal) process.stderr.write('\r\x1b[K');
    say(`${ending} (${seconds()} s).`);
  };
}
