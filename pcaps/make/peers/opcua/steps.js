// What a station can do in a session, by name.
const o = require('node-opcua');
const types = require('node-opcua-types');

const node = name => `ns=1;s=Boiler.${name}`;
const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));
const ask = (session, request) => new Promise((done, failed) =>
  session.performMessageTransaction(request, (error, answer) => error ? failed(error) : done(answer)));
const setpoint = value => ({ nodeId: node('Setpoint'), attributeId: 13, value: { value: { dataType: 'Double', value } } });

const subscription = session => session.createSubscription2({ requestedPublishingInterval: 200,
  requestedLifetimeCount: 100, requestedMaxKeepAliveCount: 5, maxNotificationsPerPublish: 10, publishingEnabled: true });
const monitor = (s, name) => s.monitor({ nodeId: node(name), attributeId: 13 },
  { samplingInterval: 100, queueSize: 10, discardOldest: true }, o.TimestampsToReturn.Both);

/// Browses what is below a node, to the end.
async function crawl(session, id, seen, most) {
  if (seen.size >= most || seen.has(id)) return;
  seen.add(id);
  const found = await session.browse({ nodeId: id, browseDirection: 'Forward', referenceTypeId: 'HierarchicalReferences',
    includeSubtypes: true, nodeClassMask: 0, resultMask: 9 });
  for (const reference of found.references ?? []) await crawl(session, reference.nodeId.toString(), seen, most);
}

exports.steps = {
  // Attribute
  read: s => s.read(['Temperature', 'Setpoint', 'Missing'].map(name => ({ nodeId: node(name), attributeId: 13 }))),
  attributes: s => s.read([1, 2, 3, 4, 5, 14, 17].map(attributeId => ({ nodeId: node('Setpoint'), attributeId }))),
  types: s => s.read(['Boolean', 'SByte', 'Byte', 'Int16', 'UInt16', 'Int32', 'UInt32', 'Int64', 'UInt64', 'Float', 'Double',
    'String', 'DateTime', 'Guid', 'ByteString', 'XmlElement', 'NodeId', 'ExpandedNodeId', 'StatusCode', 'QualifiedName',
    'LocalizedText', 'Matrix'].map(name => ({ nodeId: node(`Types.${name}`), attributeId: 13 }))),
  write: s => s.write(setpoint(61.5)),
  'write-high': s => s.write(setpoint(95)),
  denied: s => s.write({ nodeId: 'i=2258', attributeId: 13, value: { value: { dataType: 'Double', value: 1 } } }),
  'write-attribute': s => s.write({ nodeId: node('Setpoint'), attributeId: 17, value: { value: { dataType: 'Byte', value: 3 } } }),
  curve: s => s.read({ nodeId: node('Curve'), attributeId: 13 }),
  history: s => s.readHistoryValue(node('History'), new Date(Date.now() - 60000), new Date()),
  'history-update': s => ask(s, new o.HistoryUpdateRequest({ historyUpdateDetails: [new types.UpdateDataDetails({
    nodeId: o.coerceNodeId(node('History')), performInsertReplace: types.PerformUpdateType.Replace,
    updateValues: [{ value: { dataType: 'Double', value: 4 }, sourceTimestamp: new Date() }] }),
  new types.DeleteRawModifiedDetails({ nodeId: o.coerceNodeId(node('History')), isDeleteModified: false,
    startTime: new Date(Date.now() - 60000), endTime: new Date() })] })),
  // Method
  call: s => s.call({ objectId: 'ns=1;s=Boiler', methodId: node('Reset'),
    inputArguments: [{ dataType: o.DataType.UInt32, value: 3 }] }),
  'call-wrong': s => s.call([{ objectId: 'ns=1;s=Boiler', methodId: node('Reset'),
    inputArguments: [{ dataType: o.DataType.String, value: 'three' }] },
  { objectId: 'ns=1;s=Boiler', methodId: node('Missing'), inputArguments: [] }]),
  'call-stop': s => s.call({ objectId: 'ns=1;s=Boiler', methodId: node('Stop'), inputArguments: [] }),
  pause: () => pause(3000),
  // View
  browse: async s => { for (const id of ['i=84', 'i=85', 'ns=1;s=Boiler']) await s.browse(id); },
  'browse-next': async s => {
    s.requestedMaxReferencesPerNode = 3;
    let found = await s.browse('ns=1;s=Boiler');
    for (let i = 0; i < 2 && found.continuationPoint; ++i) found = await s.browseNext(found.continuationPoint, false);
    if (found.continuationPoint) await s.browseNext(found.continuationPoint, true);
  },
  crawl: s => crawl(s, 'i=84', new Set(), 210),
  path: s => s.translateBrowsePath(o.makeBrowsePath('RootFolder', '/Objects/Server')),
  register: s => s.registerNodes([node('Temperature')]),
  unregister: s => s.unregisterNodes([node('Temperature')]),
  // NodeManagement, Query
  add: s => ask(s, new o.AddNodesRequest({ nodesToAdd: [{ parentNodeId: o.coerceExpandedNodeId('ns=1;s=Boiler'),
    referenceTypeId: o.coerceNodeId('i=47'), requestedNewNodeId: o.coerceExpandedNodeId('ns=1;i=5000'),
    browseName: { namespaceIndex: 1, name: 'Valve' }, nodeClass: o.NodeClass.Variable,
    nodeAttributes: new types.VariableAttributes({ specifiedAttributes: 1, displayName: { text: 'Valve' },
      value: { dataType: 'Double', value: 1 } }), typeDefinition: o.coerceExpandedNodeId('i=63') }] })),
  'add-reference': s => ask(s, new o.AddReferencesRequest({ referencesToAdd: [{ sourceNodeId: o.coerceNodeId('ns=1;i=5000'),
    referenceTypeId: o.coerceNodeId('i=35'), isForward: true, targetServerUri: 'urn:plc-1',
    targetNodeId: o.coerceExpandedNodeId('ns=1;s=Boiler'), targetNodeClass: o.NodeClass.Object }] })),
  'delete-reference': s => ask(s, new o.DeleteReferencesRequest({ referencesToDelete: [{
    sourceNodeId: o.coerceNodeId('ns=1;i=5000'), referenceTypeId: o.coerceNodeId('i=35'), isForward: true,
    targetNodeId: o.coerceExpandedNodeId('ns=1;s=Boiler'), deleteBidirectional: true }] })),
  delete: s => ask(s, new o.DeleteNodesRequest({ nodesToDelete: [{ nodeId: o.coerceNodeId('ns=1;s=Boiler'),
    deleteTargetReferences: true }] })),
  query: s => ask(s, new o.QueryFirstRequest({ view: {}, nodeTypes: [{ typeDefinitionNode: o.coerceExpandedNodeId('i=58'),
    includeSubTypes: true, dataToReturn: [{ relativePath: { elements: [{ referenceTypeId: o.coerceNodeId('i=47'),
      targetName: { namespaceIndex: 1, name: 'Temperature' } }] }, attributeId: 13 }] }],
  filter: { elements: [{ filterOperator: o.FilterOperator.GreaterThan, filterOperands: [
    new o.AttributeOperand({ nodeId: o.coerceNodeId('ns=1;s=Boiler'), alias: 't', browsePath: {}, attributeId: 13 }),
    new o.LiteralOperand({ value: { dataType: 'Double', value: 10 } })] }] }, maxDataSetsToReturn: 10 })),
  'query-next': s => ask(s, new o.QueryNextRequest({ releaseContinuationPoint: true, continuationPoint: Buffer.from('next') })),
  // Discovery, in the session's channel
  'find-on-network': s => ask(s, new o.FindServersOnNetworkRequest({ startingRecordId: 0, maxRecordsToReturn: 10,
    serverCapabilityFilter: ['DA'] })),
  'register-server': async s => {
    const server = { serverUri: 'urn:plc-9', productUri: 'urn:plc', serverNames: [{ text: 'PLC-9' }],
      serverType: o.ApplicationType.Server, discoveryUrls: ['opc.tcp://192.168.10.10:4840'], isOnline: true };
    await ask(s, new o.RegisterServerRequest({ server })).catch(() => {});
    await ask(s, new o.RegisterServer2Request({ server, discoveryConfiguration: [
      new o.MdnsDiscoveryConfiguration({ mdnsServerName: 'PLC-9', serverCapabilities: ['DA'] })] }));
  },
  // Session
  cancel: s => ask(s, new o.CancelRequest({ requestHandle: 1 })),
  'change-user': s => s.changeUser({ type: o.UserTokenType.UserName, userName: 'operator', password: 'a-secret' }),
  renew: () => pause(2500),  // the channel's token lives for 2 s then
  // MonitoredItem, Subscription
  subscribe: async s => {
    const made = await subscription(s);
    const item = await monitor(made, 'Temperature');
    await pause(1200);
    await item.terminate();
    await made.terminate();
  },
  modify: async s => {
    const made = await subscription(s);
    const items = [await monitor(made, 'Temperature'), await monitor(made, 'Setpoint')];
    await pause(300);
    await items[0].modify({ samplingInterval: 300, queueSize: 2, discardOldest: false,
      filter: new o.DataChangeFilter({ trigger: o.DataChangeTrigger.StatusValue, deadbandType: o.DeadbandType.Absolute,
        deadbandValue: 0.05 }) });
    await made.setTriggering(items[0], [items[1]], []);
    await items[1].setMonitoringMode(o.MonitoringMode.Sampling);
    await made.setPublishingMode(false);
    await made.setPublishingMode(true);
    await made.modify({ requestedPublishingInterval: 400, requestedLifetimeCount: 200, requestedMaxKeepAliveCount: 8,
      maxNotificationsPerPublish: 5, priority: 2 });
    await pause(500);
    await ask(s, new o.RepublishRequest({ subscriptionId: made.subscriptionId, retransmitSequenceNumber: 1 })).catch(() => {});
    await ask(s, new o.RepublishRequest({ subscriptionId: made.subscriptionId, retransmitSequenceNumber: 999 })).catch(() => {});
    await made.terminate();
  },
  events: async s => {
    const made = await subscription(s);
    await made.monitor({ nodeId: 'i=2253', attributeId: o.AttributeIds.EventNotifier }, { samplingInterval: 0, queueSize: 10,
      discardOldest: true, filter: o.constructEventFilter(['EventType', 'SourceName', 'Message', 'Severity', 'Time'],
        o.ofType('BaseEventType')) }, o.TimestampsToReturn.Both);
    await pause(300);
    await s.write(setpoint(55));
    await pause(600);
    await made.terminate();
  },
  transfer: async (s, client, identity) => {
    const made = await subscription(s);
    await monitor(made, 'Setpoint');
    await pause(400);
    const other = await client.createSession(identity);
    await ask(other, new o.TransferSubscriptionsRequest({ subscriptionIds: [made.subscriptionId], sendInitialValues: true }));
    await pause(300);
    await ask(other, new o.DeleteSubscriptionsRequest({ subscriptionIds: [made.subscriptionId] })).catch(() => {});
    await other.close(false);
  },
};
exports.ask = ask;
