// The floor: a bare node:http server that reads the whole body and sends the very answer, headers included, that Gatehouse
// gave to the same request. Nothing is checked.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { announce } from './announce.mjs';

const { headers, body } = JSON.parse(readFileSync(process.env.ANSWER_FILE, 'utf8'));
const answer = Buffer.from(body);

const server = createServer((request, response) => {
  let first;
  let rest;
  request.on('data', (chunk) => {
    if (first === undefined) first = chunk;
    else if (rest === undefined) rest = [first, chunk];
    else rest.push(chunk);
  });
  request.on('end', () => {
    JSON.parse((rest === undefined ? first : Buffer.concat(rest)).toString());
    response.writeHead(200, headers);
    response.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => announce({ url: `http://127.0.0.1:${server.address().port}/mcp` }));
