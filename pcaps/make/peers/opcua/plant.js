// What the controller offers: a boiler with values, a method, history and events.
const o = require('node-opcua');

exports.fill = server => {
  const space = server.engine.addressSpace;
  const own = space.getOwnNamespace();
  const boiler = own.addObject({ organizedBy: space.rootFolder.objects, browseName: 'Boiler', nodeId: 's=Boiler',
    notifierOf: space.rootFolder.objects.server });
  const variable = (name, dataType, value, more) => own.addVariable({
    componentOf: boiler, nodeId: `s=Boiler.${name}`, browseName: name, dataType, minimumSamplingInterval: 50, value,
    ...more });
  let temperature = 20;
  let setpoint = 50;
  variable('Temperature', 'Double', { get: () => new o.Variant({ dataType: 'Double', value: temperature += 0.1 }) });
  variable('Setpoint', 'Double', { get: () => new o.Variant({ dataType: 'Double', value: setpoint }),
    set: v => { setpoint = v.value; return o.StatusCodes.Good; } });
  variable('Curve', 'Double', { get: () => new o.Variant({ dataType: 'Double', arrayType: o.VariantArrayType.Array,
    value: new Float64Array(3000) }) }, { valueRank: 1 });

  // One value of each type that a Variant can hold.
  const all = { Boolean: true, SByte: -5, Byte: 250, Int16: -300, UInt16: 60000, Int32: -70000, UInt32: 4000000000,
    Int64: [0xffffffff, 0xfffffff0], UInt64: [1, 2], Float: 1.5, Double: -2.25, String: 'warm', DateTime: new Date(1e12),
    Guid: '12345678-1234-1234-1234-123456789abc', ByteString: Buffer.from([1, 2, 3]), XmlElement: '<a/>',
    NodeId: o.coerceNodeId('ns=1;s=Boiler'), ExpandedNodeId: o.coerceExpandedNodeId('ns=1;i=7'),
    StatusCode: o.StatusCodes.BadOutOfRange, QualifiedName: new o.QualifiedName({ namespaceIndex: 1, name: 'q' }),
    LocalizedText: new o.LocalizedText({ locale: 'en', text: 'hot' }) };
  for (const [type, value] of Object.entries(all)) {
    const variant = new o.Variant({ dataType: o.DataType[type], arrayType: o.VariantArrayType.Scalar, value });
    own.addVariable({ componentOf: boiler, nodeId: `s=Boiler.Types.${type}`, browseName: type, dataType: type,
      value: { get: () => variant } });
  }
  const matrix = new o.Variant({ dataType: 'Int16', arrayType: o.VariantArrayType.Matrix, dimensions: [2, 3],
    value: new Int16Array([1, 2, 3, 4, 5, 6]) });
  own.addVariable({ componentOf: boiler, nodeId: 's=Boiler.Types.Matrix', browseName: 'Matrix', dataType: 'Int16',
    valueRank: 2, arrayDimensions: [2, 3], value: { get: () => matrix } });

  const history = variable('History', 'Double', undefined, { historizing: true });
  space.installHistoricalDataNode(history);
  for (let i = 0; i < 10; ++i) history.setValueFromSource({ dataType: 'Double', value: i });

  const reset = own.addMethod(boiler, { nodeId: 's=Boiler.Reset', browseName: 'Reset',
    inputArguments: [{ name: 'count', dataType: o.DataType.UInt32 }],
    outputArguments: [{ name: 'done', dataType: o.DataType.Boolean }] });
  reset.bindMethod((inputs, context, done) => done(null, {
    statusCode: o.StatusCodes.Good, outputArguments: [{ dataType: 'Boolean', value: inputs[0].value > 0 }] }));
  const stop = own.addMethod(boiler, { nodeId: 's=Boiler.Stop', browseName: 'Stop', inputArguments: [], outputArguments: [] });
  stop.bindMethod((inputs, context, done) => done(null, { statusCode: o.StatusCodes.Good }));

  // An event follows each change of the set-point.
  const setter = space.findNode('ns=1;s=Boiler.Setpoint');
  setter.on('value_changed', () => space.rootFolder.objects.server.raiseEvent('BaseEventType', {
    message: { dataType: 'LocalizedText', value: { text: 'Set-point changed' } },
    severity: { dataType: 'UInt16', value: 300 } }));
};
