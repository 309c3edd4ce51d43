// A controller that speaks OPC UA: server.js ADDRESS FOLDER [manages] [plain-password].
// The folder keeps its keys. `manages`: answers the services its stack refuses, as the standard says.
// `plain-password`: takes a user's password that is not encrypted.
const o = require('node-opcua');
const { fill } = require('./plant.js');
const { manage } = require('./managing.js');

async function main() {
  const [address, folder, ...ways] = process.argv.slice(2);
  const certificates = new o.OPCUACertificateManager({
    rootFolder: `${folder}/server`, automaticallyAcceptUnknownCertificate: true });
  await certificates.initialize();
  const certificateFile = `${folder}/server/plc.pem`;
  await certificates.createSelfSignedCertificate({
    applicationUri: 'urn:plc-1', dns: ['plc-1'], ip: [address], subject: '/CN=PLC-1/O=Plant',
    startDate: new Date(), validity: 365, outputFile: certificateFile });
  const server = new o.OPCUAServer({
    port: 4840, hostname: address, alternateHostname: [address], certificateFile,
    privateKeyFile: certificates.privateKey, serverCertificateManager: certificates,
    userCertificateManager: certificates, serverInfo: { applicationUri: 'urn:plc-1', applicationName: { text: 'PLC-1' } },
    securityModes: [o.MessageSecurityMode.None, o.MessageSecurityMode.Sign, o.MessageSecurityMode.SignAndEncrypt],
    securityPolicies: [o.SecurityPolicy.None, o.SecurityPolicy.Basic256Sha256],
    userManager: { isValidUser: (user, password) => user === 'operator' && password === 'a-secret' } });
  if (ways.includes('manages')) manage(server);
  await server.initialize();
  if (ways.includes('plain-password')) {
    for (const endpoint of server.endpoints) {
      for (const description of endpoint.endpointDescriptions()) {
        for (const token of description.userIdentityTokens) token.securityPolicyUri = o.SecurityPolicy.None;
      }
    }
  }
  fill(server);
  await server.start();
}

main().catch(error => { console.error(error); process.exit(1); });
