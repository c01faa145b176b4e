#!/usr/bin/env node
import { runProgram } from './program.mjs';

await runProgram('contracts');
