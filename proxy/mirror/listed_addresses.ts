import type { Document } from "bson";
import { isPlain } from "./reword_document.ts";

const ADDRESS = /:\d{1,5}$/;

/**
 * The addresses in a reply that are certainly members', also of those that no `hello` lists, such as hidden ones:
 * of `replSetGetStatus`, `replSetGetConfig` and `connPoolStats`.
 */
export function listedAddresses(reply: Document): string[] {
  const { members, config, hosts } = reply;
  return [
    ...documentsOf(members).map(({ name }) => name),
    ...documentsOf(isPlain(config) ? config.members : null).flatMap(({ host, horizons }) => [
      host,
      ...isPlain(horizons) ? Object.values(horizons) : [],
    ]),
    ...isPlain(hosts) ? Object.keys(hosts) : [],
  ].filter((address) => typeof address === "string" && ADDRESS.test(address));
}

function documentsOf(value: unknown): Document[] {
  return Array.isArray(value) ? value.filter(isPlain) : [];
}
