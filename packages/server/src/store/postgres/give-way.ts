import type { Duplex } from 'node:stream';

/** Bytes that are read in one turn of the event loop: some hundred rows. */
const HELPING = 65_536;
/** A shorter piece is the last one of its turn. (TLS cuts what is there into pieces of up to 16 KiB.) */
const LEAST_PIECE = 4096;

/**
 * A long answer is read a helping at a time, with a turn of the event loop between: Node would read on, 2 MiB in one turn, for as long as
 * there is something to read. The database waits meanwhile, and so does whatever was asked behind it on the same connection.
 */
export function giveWay(stream: Duplex): void {
  let read = 0;
  const goOn = (): void => {
    read = 0;
    if (stream.isPaused()) stream.resume();
  };
  stream.on('data', ({ length }: Buffer) => {
    if (length < LEAST_PIECE) return;
    if (read === 0) setImmediate(goOn);
    read += length;
    if (read >= HELPING) stream.pause();
  });
}
