'use strict';
// Tests run in the worker's own realm and not in one of their own for each file (decision 2026-12-01-one-realm-for-tests): what packages
// and files compile to is then worth keeping from one suite to the next (runtime.cjs). What a suite changes of the process is put back here.
const { AsyncLocalStorage } = require('node:async_hooks');
const { ModernFakeTimers, LegacyFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');

// Jest's runner makes a store of this kind for every suite. Node 20 passes each that was ever used to each new promise, for as long as
// the process lives: after a hundred suites that cost more than the tests.
const used = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...given) {
  used.add(this);
  return run.apply(this, given);
};

class OneRealm {
  exportConditions = () => ['node', 'node-addons'];

  constructor({ projectConfig: config }) {
    this.global = globalThis;
    this.before = { env: { ...process.env }, folder: process.cwd(), exit: process.exit, exitCode: process.exitCode, console };
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimersModern = new ModernFakeTimers({ config, global: globalThis });
    const timerConfig = { idToRef: (timer) => timer, refToId: (timer) => timer };
    this.fakeTimers = new LegacyFakeTimers({ config, global: globalThis, moduleMocker: this.moduleMocker, timerConfig });
  }

  async setup() {
    // Jest wants a hundred lines of stack, and takes one for each expectation: most of what an expectation costs.
    Error.stackTraceLimit = 20;
  }

  async teardown() {
    for (const storage of used) storage.disable();
    used.clear();
    this.fakeTimers.dispose();
    this.fakeTimersModern.dispose();
    const { env, folder, exit, exitCode, console } = this.before;
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    Object.assign(process.env, env);
    if (process.cwd() !== folder) process.chdir(folder);
    Object.assign(process, { exit, exitCode });
    globalThis.console = console;
  }

  // Not a context that can be compiled for: only asked whether there is one still.
  getVmContext() {
    return globalThis;
  }
}

module.exports = OneRealm;
