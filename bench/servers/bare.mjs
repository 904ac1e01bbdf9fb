// The floor: a bare node:http server that reads the whole body and sends back the bytes it was given. Nothing is checked.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { announce } from './announce.mjs';

const answer = readFileSync(process.env.ANSWER_FILE);
const headers = { 'content-type': 'application/json', 'content-length': answer.length };

const server = createServer((request, response) => {
  let first;
  let rest;
  request.on('data', (chunk) => {
    if (first === undefined) first = chunk;
    else (rest ??= [first]).push(chunk);
  });
  request.on('end', () => {
    JSON.parse((rest === undefined ? first : Buffer.concat(rest)).toString());
    response.writeHead(200, headers);
    response.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => announce({ url: `http://127.0.0.1:${server.address().port}/mcp` }));
