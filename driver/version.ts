/** The version of this driver, as it tells servers; the same as the module's. */
export const DRIVER_VERSION = "0.1.0";
