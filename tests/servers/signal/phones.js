'use strict';
// Telephones that a test drives: real Signal cryptography, and one order for each thing a person can do.
const path = require('path');
const { StorageState } = require('@signalapp/mock-server');
const MOCK = path.dirname(require.resolve('@signalapp/mock-server/package.json'));
const { DecryptionErrorMessage } = require(require.resolve('@signalapp/libsignal-client', { paths: [MOCK] }));
const { signalservice: Proto } = require(path.join(MOCK, 'protos/compiled'));
const { encryptAttachment } = require(path.join(MOCK, 'src/crypto'));
const { attachmentToPointer } = require(path.join(MOCK, 'src/data/attachment'));

const PLAIN = { bytes: String, longs: Number, enums: String, defaults: false };

class Phones {
  constructor(server, tell) {
    Object.assign(this, { server, tell, byAci: new Map(), greeted: new Set(), last: 0, sent: new Map() });
  }

  // Two messages never carry one time: the time is a message's name.
  now() {
    this.last = Math.max(Date.now(), this.last + 1);
    return this.last;
  }

  phone(aci) {
    const found = this.byAci.get(aci);
    if (!found) throw new Error(`no such phone: ${aci}`);
    return found;
  }

  // A telephone of our tests tells everything it can read, and what it cannot.
  listen(phone) {
    phone.handleEnvelope = async (source, kind, type, encrypted) => {
      try {
        const read = await phone.lock(() => phone.decrypt(source, kind, type, encrypted));
        const { content } = read;
        if (content.senderKeyDistributionMessage?.length) {
          await phone.processSenderKeyDistribution(read.unsealedSource, content.senderKeyDistributionMessage);
        }
        const from = read.unsealedSource.aci;
        if (content.decryptionErrorMessage?.length) await this.sendAgain(phone, content.decryptionErrorMessage);
        this.tell('received', { phone: phone.device.aci, from, content: Proto.Content.toObject(content, PLAIN) });
      } catch (error) {
        this.tell('received', { phone: phone.device.aci, from: source?.aci ?? null, content: null, why: error.message });
      }
    };
  }

  // The client could not read a message and asks for it: a phone sends it once more, in a new session.
  async sendAgain(phone, request) {
    const timestamp = DecryptionErrorMessage.deserialize(Buffer.from(request)).timestamp();
    const message = this.sent.get(timestamp);
    if (!message) return;
    this.forget(phone.device.aci);
    await this.send({ ...message, timestamp });
  }

  forget(aci) {
    for (const pair of this.greeted) if (pair.startsWith(`${aci}>`)) this.greeted.delete(pair);
  }

  async create({ name, is_bot: isBot }) {
    const phone = await this.server.createPrimaryDevice({ profileName: name });
    const account = { profileKey: phone.profileKey.serialize(), givenName: name };
    await phone.setStorageState(StorageState.getEmpty().updateAccount(account));
    this.byAci.set(phone.device.aci, phone);
    if (!isBot) this.listen(phone);
    return { number: phone.device.number, aci: phone.device.aci };
  }

  // The phone `aci` reads the code that the client shows when it wants to be linked.
  async link({ aci, uri }) {
    const provision = await this.server.waitForProvision();
    const device = await provision.complete({ provisionURL: uri, primaryDevice: this.phone(aci) });
    this.server.provisionResultQueueByKey.clear(); // or new one-time keys, after the first hundred, are refused
    return { device: device.debugId };
  }

  async linked(aci) {
    return (await this.server.getAllDevicesByServiceId(aci)).filter((device) => device.deviceId !== 1);
  }

  // Every linked device of `to` gets its own copy; the first one comes with a key that the server handed out.
  async send({ from, to, content, sealed = false, timestamp = this.now() }) {
    const phone = this.phone(from);
    this.sent.set(timestamp, { from, to, content, sealed });
    const stamped = JSON.parse(JSON.stringify(content).replaceAll('"$now"', String(timestamp)));
    if (stamped.dataMessage) stamped.dataMessage.profileKey ??= phone.profileKey.serialize();
    for (const device of await this.linked(to)) {
      const pair = `${from}>${device.debugId}`;
      if (!this.greeted.has(pair)) {
        this.greeted.add(pair);
        await phone.addSingleUseKey(device, await device.popSingleUseKey());
      }
      const content_ = Proto.Content.fromObject(stamped);
      await this.server.send(device, await phone.encryptContent(device, content_, { timestamp, sealed }));
    }
    return { timestamp };
  }

  async burst({ from, to, texts, sealed }) {
    const sent = [];
    for (const body of texts) {
      const { timestamp } = await this.send({ from, to, sealed, content: { dataMessage: { body, timestamp: '$now' } } });
      sent.push(timestamp);
    }
    return sent;
  }

  async upload({ data, content_type: contentType, file_name: fileName, is_voice_note: isVoiceNote }) {
    const encrypted = encryptAttachment(Buffer.from(data, 'base64'));
    const pointer = attachmentToPointer(await this.server.storeAttachment(encrypted.blob), encrypted);
    const flags = isVoiceNote ? Proto.AttachmentPointer.Flags.VOICE_MESSAGE : 0;
    const complete = { ...pointer, cdnNumber: 2, uploadTimestamp: Date.now(), contentType, fileName, flags };
    return Proto.AttachmentPointer.toObject(Proto.AttachmentPointer.fromObject(complete), { ...PLAIN, enums: Number });
  }

  // What the account's owner writes on the telephone itself comes to the linked client as a copy.
  async sync({ account, to, text }) {
    const timestamp = this.now();
    for (const device of await this.linked(account)) {
      const options = { destinationServiceId: to, timestamp };
      await this.server.send(device, await this.phone(account).encryptSyncSent(device, text, options));
    }
    return { timestamp };
  }

  async group({ from, title, members }) {
    const all = [from, ...members].map((aci) => this.phone(aci));
    const group = await this.phone(from).createGroup({ title, members: all });
    return { masterKey: Buffer.from(group.masterKey).toString('base64'), revision: group.revision };
  }

  // The same person with a new telephone: same number, another identity.
  async reinstall({ aci }) {
    const old = this.phone(aci);
    const { device } = old;
    device.registrationId = (device.registrationId % 16000) + 7;
    device.pniRegistrationId = (device.pniRegistrationId % 16000) + 7;
    const phone = new old.constructor(device, old.config);
    await phone.init();
    this.server.primaryDevices.set(device.aci, phone);
    this.server.primaryDevices.set(device.number, phone);
    this.byAci.set(aci, phone);
    this.listen(phone);
    this.forget(aci);
  }

  async drop({ account }) {
    for (const device of await this.linked(account)) {
      for (const connection of this.server.webSockets.get(device) ?? []) connection.ws.terminate();
    }
  }

  async unlink({ account }) {
    const gone = await this.linked(account);
    await this.drop({ account });
    for (const device of gone) await this.server.removeDevice(device.number, device.deviceId);
  }

  orders() {
    const names = ['create', 'link', 'send', 'burst', 'upload', 'sync', 'group', 'reinstall', 'drop', 'unlink'];
    return {
      ...Object.fromEntries(names.map((name) => [name, this[name].bind(this)])),
      unregister: ({ aci }) => this.server.unregister(this.phone(aci)),
    };
  }
}

module.exports = { Phones };
