/**
 * @module The version of the protocol.
 */

/** Changes whenever a proof of one version must not pass for a proof of another. */
export const PROTOCOL_VERSION = 6;
