// A controller that speaks OPC UA: server.js ADDRESS FOLDER. The folder keeps its keys.
const o = require('node-opcua');

async function main() {
  const [address, folder] = process.argv.slice(2);
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
  await server.initialize();
  const space = server.engine.addressSpace;
  const own = space.getOwnNamespace();
  const boiler = own.addObject({ organizedBy: space.rootFolder.objects, browseName: 'Boiler', nodeId: 's=Boiler' });
  const number = (name, value) => own.addVariable({
    componentOf: boiler, nodeId: `s=Boiler.${name}`, browseName: name, dataType: 'Double',
    minimumSamplingInterval: 50, value });
  let temperature = 20;
  let setpoint = 50;
  number('Temperature', { get: () => new o.Variant({ dataType: 'Double', value: temperature += 0.1 }) });
  number('Setpoint', { get: () => new o.Variant({ dataType: 'Double', value: setpoint }),
    set: v => { setpoint = v.value; return o.StatusCodes.Good; } });
  own.addVariable({ componentOf: boiler, nodeId: 's=Boiler.Curve', browseName: 'Curve', dataType: 'Double',
    valueRank: 1, value: { get: () => new o.Variant({ dataType: 'Double', arrayType: o.VariantArrayType.Array,
      value: new Float64Array(3000) }) } });
  const history = own.addVariable({ componentOf: boiler, nodeId: 's=Boiler.History', browseName: 'History',
    dataType: 'Double', historizing: true });
  space.installHistoricalDataNode(history);
  for (let i = 0; i < 10; ++i) history.setValueFromSource({ dataType: 'Double', value: i });
  const reset = own.addMethod(boiler, { nodeId: 's=Boiler.Reset', browseName: 'Reset',
    inputArguments: [{ name: 'count', dataType: o.DataType.UInt32 }],
    outputArguments: [{ name: 'done', dataType: o.DataType.Boolean }] });
  reset.bindMethod((inputs, context, done) => done(null, {
    statusCode: o.StatusCodes.Good, outputArguments: [{ dataType: 'Boolean', value: inputs[0].value > 0 }] }));
  await server.start();
}

main().catch(error => { console.error(error); process.exit(1); });
