'use strict';
// The mock forgets a message whose websocket breaks while it is sent from the queue. The real server keeps each one
// until the device has acknowledged it, in order; so does this.
const crypto = require('crypto');
const path = require('path');
const MOCK = path.dirname(require.resolve('@signalapp/mock-server/package.json'));
const { signalservice: Proto } = require(path.join(MOCK, 'protos/compiled'));

function deliverUntilAcked(server, tell) {
  const waiting = new Map(); // device -> Set of entries in the order of their arrival
  const queueOf = (device) => waiting.get(device) ?? waiting.set(device, new Set()).get(device);

  async function push(device, entry, socket) {
    try {
      await socket.sendMessage(entry.message);
    } catch {
      return; // the next websocket of this device gets it
    }
    if (queueOf(device).delete(entry)) tell('acked', { device: device.debugId, timestamp: entry.timestamp });
  }

  server.send = async (device, message) => {
    const envelope = Proto.Envelope.decode(message);
    envelope.serverGuid ||= crypto.randomUUID(); // signal-cli insists on it
    const entry = { message: Buffer.from(Proto.Envelope.encode(envelope).finish()), timestamp: Number(envelope.timestamp) };
    queueOf(device).add(entry);
    const newest = [...(server.webSockets.get(device) ?? [])].pop();
    if (newest) void push(device, entry, newest);
  };

  server.sendQueue = async (device, socket) => {
    for (const older of server.webSockets.get(device) ?? []) { // one connection for a device, the newest
      if (older !== socket) older.ws.close(4409, 'Connected elsewhere');
    }
    if (socket.ws.readyState !== 1) return; // gone already: its close was over before anybody listened for it
    tell('connected', { device: device.debugId });
    socket.ws.once('close', () => tell('disconnected', { device: device.debugId }));
    for (const entry of queueOf(device)) void push(device, entry, socket);
    await socket.sendMessage('empty');
  };
}

module.exports = { deliverUntilAcked };
