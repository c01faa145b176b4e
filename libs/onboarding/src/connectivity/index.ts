export { CONNECTIVITY_ROWS, ROW_TEXTS, type ConnectivityRow, type RowResult, type RowState } from './rows.ts';
export { NetworkProbe, testConnectivity, type ConnectivityOptions, type Found, type NetworkRow } from './run.ts';
