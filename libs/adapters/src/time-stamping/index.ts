export { Rfc3161TimeStamper, type TimeStamperOptions } from './rfc3161.ts';
