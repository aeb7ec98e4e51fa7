'use strict';
// Signal's own mock server as a process of our tests, with phones that a test drives. It reads one JSON order a line
// from standard input, {"id", "do", "with"}, answers {"id", "answer"} or {"id", "fault"} on standard output, and tells
// there what happens by itself: {"event": "received" | "acked" | "connected" | "disconnected" | "faulted", ...}.
// Its working folder takes attachments. It ends when its standard input does, listens on loopback only, and never talks to Signal.
const readline = require('readline');
const { Server } = require('@signalapp/mock-server');
const { adapt, faults, bridgeRest } = require('./gaps.js');
const { deliverUntilAcked } = require('./delivery.js');
const { Phones } = require('./phones.js');

const say = (line) => process.stdout.write(JSON.stringify(line) + '\n');
const tell = (event, facts) => say({ event, ...facts });

async function main() {
  const server = new Server({ timeout: 120000, cdn3Path: 'cdn3' });
  adapt(tell);
  deliverUntilAcked(server, tell);
  await server.listen(0, '127.0.0.1');
  bridgeRest(server);
  const phones = new Phones(server, tell);
  const orders = {
    fault: (fault) => { faults.push({ left: 1, ...fault }); },
    clear_faults: () => { faults.length = 0; },
    ...phones.orders(),
  };
  say({ port: server.address().port });
  const lines = readline.createInterface({ input: process.stdin });
  lines.on('line', async (line) => {
    const { id, do: name, with: parameters } = JSON.parse(line);
    try {
      if (!Object.hasOwn(orders, name)) throw new Error(`unknown order: ${name}`);
      say({ id, answer: (await orders[name](parameters)) ?? null });
    } catch (error) {
      say({ id, fault: error.stack });
    }
  });
  lines.on('close', () => process.exit(0));
}

process.on('unhandledRejection', (error) => console.error('unhandled:', error && error.stack));
main();
