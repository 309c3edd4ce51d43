// A station that speaks OPC UA: client.js ADDRESS FOLDER MODE USER STEP...
// MODE: None, Sign, SignAndEncrypt. USER: anonymous, operator, or any other name with a wrong password.
const o = require('node-opcua');

const [address, folder, mode, user, ...steps] = process.argv.slice(2);
const node = name => `ns=1;s=Boiler.${name}`;
const tell = (session, request) => new Promise((done, failed) =>
  session.performMessageTransaction(request, (error, answer) => error ? failed(error) : done(answer)));

const known = {
  read: s => s.read(['Temperature', 'Setpoint', 'Missing'].map(name => ({ nodeId: node(name), attributeId: 13 }))),
  write: s => s.write({ nodeId: node('Setpoint'), attributeId: 13, value: { value: { dataType: 'Double', value: 61.5 } } }),
  denied: s => s.write({ nodeId: 'i=2258', attributeId: 13, value: { value: { dataType: 'Double', value: 1 } } }),
  curve: s => s.read({ nodeId: node('Curve'), attributeId: 13 }),
  call: s => s.call({ objectId: 'ns=1;s=Boiler', methodId: node('Reset'),
    inputArguments: [{ dataType: o.DataType.UInt32, value: 3 }] }),
  history: s => s.readHistoryValue(node('History'), new Date(Date.now() - 60000), new Date()),
  browse: async s => { for (const id of ['i=84', 'i=85', 'ns=1;s=Boiler']) await s.browse(id); },
  path: s => s.translateBrowsePath(o.makeBrowsePath('RootFolder', '/Objects/Server')),
  register: s => s.registerNodes([node('Temperature')]),
  add: s => tell(s, new o.AddNodesRequest({ nodesToAdd: [{ parentNodeId: o.coerceExpandedNodeId('ns=1;s=Boiler'),
    browseName: { name: 'X' }, nodeClass: o.NodeClass.Object }] })),
  delete: s => tell(s, new o.DeleteNodesRequest({ nodesToDelete: [{ nodeId: o.coerceNodeId('ns=1;s=Boiler') }] })),
  subscribe: async s => {
    const subscription = await s.createSubscription2({ requestedPublishingInterval: 200,
      requestedLifetimeCount: 100, requestedMaxKeepAliveCount: 5, publishingEnabled: true });
    const item = await subscription.monitor({ nodeId: node('Temperature'), attributeId: 13 },
      { samplingInterval: 100, queueSize: 10, discardOldest: true }, o.TimestampsToReturn.Both);
    await new Promise(done => setTimeout(done, 1500));
    await item.terminate();
    await subscription.terminate();
  },
};

async function main() {
  const certificates = new o.OPCUACertificateManager({
    rootFolder: `${folder}/client`, automaticallyAcceptUnknownCertificate: true });
  await certificates.initialize();
  const certificateFile = `${folder}/client/station.pem`;
  await certificates.createSelfSignedCertificate({
    applicationUri: 'urn:hmi-1', dns: ['hmi-1'], ip: ['192.168.10.20'], subject: '/CN=HMI-1/O=Plant',
    startDate: new Date(), validity: 365, outputFile: certificateFile });
  const size = steps.includes('curve') ? 8192 : 65535;
  const client = o.OPCUAClient.create({
    applicationName: 'HMI-1', applicationUri: 'urn:hmi-1', clientName: 'HMI-1', endpointMustExist: false,
    securityMode: o.MessageSecurityMode[mode], keepSessionAlive: false, certificateFile,
    securityPolicy: mode === 'None' ? o.SecurityPolicy.None : o.SecurityPolicy.Basic256Sha256,
    privateKeyFile: certificates.privateKey, clientCertificateManager: certificates,
    connectionStrategy: { maxRetry: 1, initialDelay: 100 },
    transportSettings: { receiveBufferSize: size, sendBufferSize: size, maxMessageSize: 1 << 20, maxChunkCount: 256 } });
  await client.connect(`opc.tcp://${address}:4840`);
  const identity = user === 'anonymous' ? { type: o.UserTokenType.Anonymous }
    : { type: o.UserTokenType.UserName, userName: user, password: user === 'operator' ? 'a-secret' : 'guessed' };
  try {
    const session = await client.createSession(identity);
    for (const step of steps) await known[step](session).catch(error => console.log(step, error.message));
    await session.close();
  } catch (error) {
    console.log(error.message);
  }
  await client.disconnect();
}

main().then(() => process.exit(0)).catch(error => { console.error(error); process.exit(1); });
