/** Synthetic sea manifests (MT1101, function 9) of a wanted size; every bill is another one, so keys never collide. */
export function manifest(serial: number, consignments: number): Buffer {
  const bills = Array.from({ length: consignments }, (_, i) => bill(serial, i)).join('');
  const id = String(serial).padStart(9, '0');
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><Manifest xmlns="urn:Declaration:datamodel:standard:CN:MT1101:1"><Head>` +
      `<MessageID>CN_MT1101_1p1_2300LYG000001_20260314${id}</MessageID><FunctionCode>9</FunctionCode><MessageType>MT1101</MessageType>` +
      `<SenderID>2300LYG000001</SenderID><ReceiverID>EPORT</ReceiverID><SendTime>20260314093000123</SendTime><Version>1.0</Version></Head>` +
      `<Declaration><RepresentativePerson><Name>2300LYG000001</Name></RepresentativePerson><ExitCustomsOffice><ID>HKHKG</ID></ExitCustomsOffice>` +
      `<Agent><ID>2300LYG000001</ID></Agent><Carrier><ID>LBX</ID></Carrier><BorderTransportMeans><JourneyID>B${id}</JourneyID><TypeCode>1</TypeCode>` +
      `<ID>UN9074729</ID><Name>SYNTHETIC STAR</Name><FirstArrivalLocationID>CNLYG</FirstArrivalLocationID><ArrivalDateTime>20260314180000</ArrivalDateTime>` +
      `<DepartureDateTime>20260312200000</DepartureDateTime></BorderTransportMeans>${bills}</Declaration></Manifest>`,
  );
}

function bill(serial: number, index: number): string {
  return (
    `<Consignment><TransportContractDocument><ID>B${serial}N${index}</ID><ConditionCode>10</ConditionCode></TransportContractDocument>` +
    `<LoadingLocation><ID>HKHKG</ID><LoadingDate>20260312180000</LoadingDate></LoadingLocation><UnloadingLocation><ID>CNLYG/2300</ID><ArrivalDate>20260314</ArrivalDate></UnloadingLocation>` +
    `<GoodsConsignedPlace><ID>HK</ID></GoodsConsignedPlace><CustomsStatusCode>004</CustomsStatusCode><FreightPayment><MethodCode>CC</MethodCode></FreightPayment>` +
    `<ConsignmentPackaging><QuantityQuantity>120</QuantityQuantity><TypeCode>CT</TypeCode></ConsignmentPackaging><TotalGrossMassMeasure>9500.5</TotalGrossMassMeasure>` +
    `<Consignee><Name>合成收货人有限公司</Name><Address><Line>连云港市合成路一号</Line></Address></Consignee><Consignor><Name>SYNTHETIC SHIPPER ${index}</Name><Address><Line>1 SYNTHETIC ROAD</Line></Address></Consignor>` +
    `<TransportEquipment><EquipmentIdentification><ID>CSQU3054383</ID></EquipmentIdentification><CharacteristicCode>22G1</CharacteristicCode><FullnessCode>5</FullnessCode><SealID AgencyCode="CA">S${serial}</SealID></TransportEquipment>` +
    `<ConsignmentItem><SequenceNumeric>1</SequenceNumeric><ConsignmentItemPackaging><QuantityQuantity>120</QuantityQuantity><TypeCode>CT</TypeCode><MarksNumbers>N/M</MarksNumbers></ConsignmentItemPackaging>` +
    `<Commodity><CargoDescription>合成货物 МАРГАРИН</CargoDescription></Commodity><GoodsMeasure><GrossMassMeasure>9500.5</GrossMassMeasure></GoodsMeasure>` +
    `<EquipmentIdentification><ID>CSQU3054383</ID></EquipmentIdentification></ConsignmentItem></Consignment>`
  );
}

/** How many consignments give about this many bytes. */
export function consignmentsFor(bytes: number): number {
  const one = manifest(1, 1).length;
  const two = manifest(1, 2).length;
  return Math.max(1, Math.round((bytes - one) / (two - one)) + 1);
}
