'use strict';
// Jest loads every package and every file anew for every suite, which was a third of what the tests cost. Here a worker loads a package
// once, as Node itself does, and compiles a file of ours once; ours are still run anew for every suite and share no state.
const { createRequire } = require('node:module');
const { compileFunction } = require('node:vm');
const { default: Runtime } = require('jest-runtime');

/** What jest answers itself. */
const OF_JEST = /^(?:@jest\/|jest-|jest$|expect$|node:)/;
const IN_PACKAGES = /[\\/]node_modules[\\/]/;

const compiled = new Map();
const natives = new Map();

function native(from, name) {
  const key = IN_PACKAGES.test(from) ? from : '';
  const known = natives.get(`${key}\0${name}`);
  if (known) return known;
  const found = createRequire(from)(name);
  natives.set(`${key}\0${name}`, found);
  return found;
}

class OnceRuntime extends Runtime {
  constructor(...given) {
    super(...given);
    const parameters = this.executor.injectedModuleParameters;
    this.executor.compile = (source, filename) => {
      const known = compiled.get(filename);
      if (known?.source === source) return known.run;
      const run = compileFunction(source, parameters, { filename });
      compiled.set(filename, { source, run });
      return run;
    };
  }

  requireModuleOrMock(from, name) {
    if (/^[./#]/.test(name) || OF_JEST.test(name)) return super.requireModuleOrMock(from, name);
    return native(from, name);
  }
}

module.exports = { __esModule: true, default: OnceRuntime };
