/** The product's gateway, composed with one seeded bug: `node dist/test/chaos/buggy-gateway.js NAME`. For the oracle's self-test only. */
import 'reflect-metadata';
import { loadEnvironment } from '#config';
import { startGateway } from '../../apps/gateway/src/gateway.ts';
import { BUGS, isBug } from './bugs.ts';

const name = process.argv[2] ?? '';
if (!isBug(name)) throw new Error(`no such bug: ${name}`);
const environment = loadEnvironment();
await startGateway(environment, BUGS[name](environment.LANDBRIDGE_DATA));
