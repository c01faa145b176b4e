export { CONNECTIVITY_ROWS, ROW_TEXTS, type ConnectivityRow, type RowResult, type RowState } from './rows.ts';
export {
  NetworkProbe,
  skewFound,
  testConnectivity,
  type ConnectivityOptions,
  type ExchangeRow,
  type Found,
  type NetworkRow,
  type PartnerEnd,
} from './run.ts';
