// Tests run as CommonJS through swc; packages are loaded as Node loads them, once a worker (docs/decisions: one realm for tests).
// Tested sources therefore use no top-level await and no import.meta.
const base = {
  testEnvironment: '<rootDir>/test/support/jest/environment.cjs',
  runtime: '<rootDir>/test/support/jest/runtime.cjs',
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          target: 'es2022',
          keepClassNames: true,
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    '^#config$': '<rootDir>/config/index.ts',
    '^#formats/tools$': '<rootDir>/libs/formats/src/tools/index.ts',
    '^#adapters/keys$': '<rootDir>/libs/adapters/src/keys/index.ts',
    '^#(model|formats|trust|exchange|onboarding|adapters)$': '<rootDir>/libs/$1/src/index.ts',
  },
};
/** For suites with processes: PostgreSQL and RabbitMQ for all of them, started when first asked for. */
const withServers = {
  ...base,
  globalSetup: '<rootDir>/test/support/servers.mjs',
  globalTeardown: '<rootDir>/test/support/servers-stop.mjs',
};
export default {
  workerIdleMemoryLimit: '1GB',
  testSequencer: '<rootDir>/test/support/longest-first.mjs',
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/{libs,apps,config}/**/*.spec.ts', '<rootDir>/test/architecture/*.spec.ts'] },
    { ...withServers, displayName: 'integration', testMatch: ['<rootDir>/test/integration/**/*.int-spec.ts'] },
    { ...withServers, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.e2e-spec.ts'] },
  ],
  testTimeout: 30_000,
};
