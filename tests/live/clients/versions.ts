/** The unmodified clients that the gateway is tested with. */

/** MongoDB's Node driver: the current one, and two that applications have not left yet. */
export const NODE_DRIVER_VERSIONS = ["7.9.0", "4.17.2", "3.6.12"] as const;

/** PyMongo, likewise. */
export const PYMONGO_VERSIONS = ["4.20.0", "3.13.0"] as const;

/** The shell. */
export const MONGOSH_VERSION = "2.12.0";

/** The native module that the Node driver needs for snappy. */
export const SNAPPY_VERSION = "7.3.3";
