// A station that speaks OPC UA: client.js ADDRESS FOLDER NAME MODE USER STEP...
// MODE: None, Sign, SignAndEncrypt. USER: anonymous, operator, or any other name with a wrong
// password; more than one, separated by commas, are tried in turn. STEP: of steps.js, done in each session;
// `discover` comes before there is one.
const o = require('node-opcua');
const { steps } = require('./steps.js');
const dns = require('dns');

const [address, folder, name, mode, users, ...todo] = process.argv.slice(2);
const identity_of = user => user === 'anonymous' ? { type: o.UserTokenType.Anonymous }
  : { type: o.UserTokenType.UserName, userName: user.split('=')[0],
    password: user === 'operator' ? 'a-secret' : user.split('=')[1] ?? 'guessed' };

// The plant has no name server: what is no address is a relay on this station.
const lookup = dns.lookup;
dns.lookup = (host, ...rest) => lookup(/[a-z]/i.test(host) ? '127.0.0.1' : host, ...rest);

async function main() {
  const certificates = new o.OPCUACertificateManager({
    rootFolder: `${folder}/${name}`, automaticallyAcceptUnknownCertificate: true });
  await certificates.initialize();
  const certificateFile = `${folder}/${name}/station.pem`;
  await certificates.createSelfSignedCertificate({
    applicationUri: `urn:${name}`, dns: [name], ip: ['192.168.10.20'], subject: `/CN=${name}/O=Plant`,
    startDate: new Date(), validity: 365, outputFile: certificateFile });
  const size = todo.includes('curve') ? 8192 : 65535;
  const client = o.OPCUAClient.create({
    applicationName: name, applicationUri: `urn:${name}`, clientName: name, endpointMustExist: false,
    securityMode: o.MessageSecurityMode[mode], keepSessionAlive: false, certificateFile,
    securityPolicy: mode === 'None' ? o.SecurityPolicy.None : o.SecurityPolicy.Basic256Sha256,
    privateKeyFile: certificates.privateKey, clientCertificateManager: certificates,
    defaultSecureTokenLifetime: todo.includes('renew') ? 2000 : 600000,
    connectionStrategy: { maxRetry: 1, initialDelay: 100 },
    transportSettings: { receiveBufferSize: size, sendBufferSize: size, maxMessageSize: 1 << 20, maxChunkCount: 256 } });
  await client.connect(`opc.tcp://${address}:4840`);
  if (todo.includes('discover')) {
    await client.findServers();
    await client.getEndpoints();
  }
  for (const user of users.split(',')) {
    try {
      const identity = identity_of(user);
      const session = await client.createSession(identity);
      for (const step of todo.filter(step => step !== 'discover')) {
        try { await steps[step](session, client, identity); } catch (error) { console.log(step, error.message); }
      }
      await session.close();
    } catch (error) {
      console.log(user, error.message);
    }
  }
  await client.disconnect();
}

main().then(() => process.exit(0)).catch(error => { console.error(error); process.exit(1); });
