// Answers to the services that the stack refuses: it encodes them, what they say is made up.
const o = require('node-opcua');

const good = o.StatusCodes.Good;
const answers = {
  FindServersOnNetworkRequest: () => new o.FindServersOnNetworkResponse({ lastCounterResetTime: new Date(),
    servers: [{ recordId: 1, serverName: 'PLC-1', discoveryUrl: 'opc.tcp://192.168.10.10:4840',
      serverCapabilities: ['DA', 'HD'] }] }),
  RegisterServerRequest: () => new o.RegisterServerResponse({}),
  RegisterServer2Request: () => new o.RegisterServer2Response({ configurationResults: [good] }),
  CancelRequest: () => new o.CancelResponse({ cancelCount: 1 }),
  AddNodesRequest: r => new o.AddNodesResponse({ results: r.nodesToAdd.map((_, i) => ({ statusCode: good,
    addedNodeId: o.coerceNodeId(`ns=1;i=${5000 + i}`) })) }),
  AddReferencesRequest: r => new o.AddReferencesResponse({ results: r.referencesToAdd.map(() => good) }),
  DeleteNodesRequest: r => new o.DeleteNodesResponse({ results: r.nodesToDelete.map(() => good) }),
  DeleteReferencesRequest: r => new o.DeleteReferencesResponse({ results: r.referencesToDelete.map(() => good) }),
  QueryFirstRequest: () => new o.QueryFirstResponse({ continuationPoint: Buffer.from('next'),
    queryDataSets: [{ nodeId: o.coerceExpandedNodeId('ns=1;s=Boiler'), typeDefinitionNode: o.coerceExpandedNodeId('i=58'),
      values: [{ dataType: 'Double', value: 20.5 }] }], parsingResults: [], filterResult: {} }),
  QueryNextRequest: () => new o.QueryNextResponse({ queryDataSets: [], revisedContinuationPoint: null }),
  HistoryUpdateRequest: r => new o.HistoryUpdateResponse({ results: r.historyUpdateDetails.map(() => ({
    statusCode: good, operationResults: [o.StatusCodes.GoodEntryInserted] })) }),
};

exports.manage = server => {
  for (const [request, answer] of Object.entries(answers)) {
    server[`_on_${request}`] = (message, channel) => channel.send_response('MSG', answer(message.request), message);
  }
};
