/**
 * @module What is known of the guest `conformance`.
 */

/** Its exit code, from its own checksum. */
export const CONFORMANCE_EXIT = 61;
