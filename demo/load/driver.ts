/**
 * The driver of the demo's applications, unmodified.
 *
 * @module
 */
// The project itself does not depend on it, so its import map does not know it.
export { type Collection, MongoClient, type ReadPreferenceMode } from "npm:mongodb@7.9.0";
