'use strict';
// What signal-cli 0.13 asks for and mock-server 11.3.1 lacks, put in at run time; and faults that a test orders.
const { EventEmitter } = require('events');
const path = require('path');
const MOCK = path.dirname(require.resolve('@signalapp/mock-server/package.json'));
const { Connection } = require(path.join(MOCK, 'src/server/ws'));
const { signalservice: Proto } = require(path.join(MOCK, 'protos/compiled'));

// Faults to come: {verb, path (a regular expression), status, body, headers, left}.
const faults = [];

const reply = (status, json, headers = []) => ({
  status,
  headers: ['Content-Type:application/json', `X-Signal-Timestamp:${Date.now()}`, ...headers],
  body: Buffer.from(JSON.stringify(json)),
});

// Answers to what the mock server does not know.
const MORE = [
  ['PUT', /^\/v1\/accounts\/(attributes|name|gcm|apn)/, () => ({})],
  ['PUT', /^\/v1\/profile\/?$/, () => ''],
  ['GET', /^\/v1\/devices\/?$/, async ({ server, device }) => ({
    devices: (await server.getAllDevicesByServiceId(device.aci)).map((each) => (
      { id: each.deviceId, name: null, created: 1, lastSeen: Date.now() })),
  })],
];

// The Java client writes explicit nulls; the mock's schemas want absent members.
function withoutNulls(body) {
  if (!body || body[0] !== 0x7b) return body;
  const parsed = JSON.parse(Buffer.from(body).toString(), (_, value) => (value === null ? undefined : value));
  return Buffer.from(JSON.stringify(parsed));
}

function adapt(tell) {
  const original = Connection.prototype.handleRequest;
  Connection.prototype.handleRequest = async function handleRequest({ verb, path: target, headers, id, body }) {
    const place = target.split('?')[0];
    const fault = faults.find((each) => each.left > 0 && each.verb === verb && new RegExp(each.path).test(place));
    if (fault) {
      fault.left -= 1;
      tell('faulted', { status: fault.status, path: place });
      return reply(fault.status, fault.body ?? {}, fault.headers);
    }
    const answer = await original.call(this, { verb, path: target, headers, id, body: withoutNulls(body) });
    if (answer.status >= 400 && answer.status !== 404) console.error(answer.status, verb, place, String(answer.body));
    const profile = /^\/v1\/profile\/([0-9a-fA-F-]{36})/.exec(place);
    if (profile && verb === 'GET' && answer.status === 200) { // without its uuid signal-cli takes no profile
      return reply(200, { uuid: profile[1], ...JSON.parse(answer.body) });
    }
    if (answer.status === 404 && String(answer.body).includes('"Not found"')) {
      const known = MORE.find(([method, where]) => method === verb && where.test(place));
      if (known) return reply(200, await known[2](this));
      console.error('not known:', verb, place);
    }
    return answer;
  };
  // signal-cli never acknowledges the two pushes of provisioning.
  Connection.prototype.handleProvision = async function handleProvision(id) {
    void this.send('PUT', '/v1/address', { body: Proto.ProvisioningUuid.encode({ uuid: id }).finish() });
    const { envelope } = await this.server.getProvisioningResponse(id);
    void this.send('PUT', '/v1/message', { body: envelope });
  };
}

async function whole(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const credentials = (request) => {
  const [, encoded] = (request.headers.authorization ?? '').split(' ');
  return encoded ? Buffer.from(encoded, 'base64').toString().split(/:(.*)/s) : undefined;
};

// A plain HTTPS request goes to the router that the websocket uses.
async function routed(server, request) {
  const nowhere = Object.assign(new EventEmitter(), { send() {}, close() {} });
  const connection = new Connection(request, nowhere, server);
  const login = credentials(request);
  if (login && !request.url.startsWith('/v1/devices/link')) {
    connection.device = await server.auth(...login);
    if (!connection.device) return reply(401, {});
  }
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}:${value}`);
  return connection.handleRequest({ verb: request.method, path: request.url, headers, body: await whole(request), id: 0 });
}

function bridgeRest(server) {
  const others = server.https.listeners('request');
  server.https.removeAllListeners('request');
  server.https.on('request', async (request, response) => {
    if (request.url === '/storageService/v1/storage') request.url += '/';
    if (!/^\/v\d\//.test(request.url)) {
      for (const listener of others) listener(request, response);
      return;
    }
    try {
      const { status, headers, body } = await routed(server, request);
      for (const header of headers) response.setHeader(...header.split(/:(.*)/s).slice(0, 2));
      response.statusCode = status;
      response.end(status === 204 ? undefined : body);
    } catch (error) {
      console.error('bridge:', request.method, request.url, error.stack);
      response.statusCode = 500;
      response.end('{}');
    }
  });
  // A device that was unlinked is refused before its websocket opens, as the real server does.
  const upgrades = server.https.listeners('upgrade');
  server.https.removeAllListeners('upgrade');
  server.https.on('upgrade', async (request, socket, head) => {
    const login = credentials(request);
    if (login && !(await server.auth(...login))) {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    for (const listener of upgrades) listener.call(server.https, request, socket, head);
  });
}

module.exports = { adapt, bridgeRest, faults };
