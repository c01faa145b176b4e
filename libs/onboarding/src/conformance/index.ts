export { Bench, type BenchOptions, type LinkHead } from './bench.ts';
export { CASES, casesFor } from './cases/index.ts';
export {
  CONFORMANCE_DAYS,
  ConformanceCertificate,
  certificateOf,
  openCertificate,
  type CertificateVerdict,
  type OpenedCertificate,
} from './certificate.ts';
export type { Check } from './checks.ts';
export { GROUPS, LANGUAGES, type ConformanceCase, type EndpointRole, type Group, type Language, type Text } from './case.ts';
export { DRIFT_FINDINGS, driftOf, type DriftFinding, type SaidByEndpoint } from './drift.ts';
export { EndpointUnderTest, type TransportAnswer } from './endpoint.port.ts';
export { htmlReport } from './report/html.ts';
export { junitReport } from './report/junit.ts';
export { runSuite, type CaseResult, type SuiteReport, type SuiteOptions, type Verdict } from './run.ts';
export { SUITE_VERSION } from './version.ts';
