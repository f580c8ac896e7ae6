import type { TlsOptions } from "../../../driver/transport/transport.ts";
import { fromFileUrl } from "../../support/spec_files.ts";

/** A certificate with its private key; the README beside the files says what each is for. */
export type Identity = "server" | "other_host" | "expired" | "client" | "client_v1";

/** Where a file of the folder `certificates` is. */
export function certificatePath(name: string): string {
  return fromFileUrl(new URL(`./certificates/${name}.pem`, import.meta.url));
}

/** An authority's certificate. */
export function authority(name: "ca" | "other_ca"): string {
  return Deno.readTextFileSync(certificatePath(name));
}

/** A certificate and its key. */
export function identity(name: Identity): Required<Pick<TlsOptions, "cert" | "key">> {
  const [cert = "", key = ""] = Deno.readTextFileSync(certificatePath(name)).split(/(?=-----BEGIN PRIVATE)/);
  return { cert, key };
}
