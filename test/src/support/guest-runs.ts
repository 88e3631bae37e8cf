/**
 * @module Runs of guests that nobody proves: with all precompiles, whether or not a table has them, and how often each is called.
 */
import { CALLS } from '@weft/executor/calls';
import { UNPROVEN_CALLS } from '@weft/executor/calls/unproven';
