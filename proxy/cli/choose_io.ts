import { formatHostAddress } from "../../driver/address.ts";
import type { IoChoice, ProxyConfig } from "../gateway_config.ts";
import { ConfigError } from "./config_error.ts";

/** What the choice of an I/O backend depends on. */
export interface IoFacts {
  /** The deployment or listener that speaks TLS, for the message; `null` if none does. */
  readonly tlsUser: string | null;
  /** Why epoll cannot be used here; `null` if it can. */
  readonly epollUnavailable: string | null;
}

/** The I/O backend to use, and for the log why. */
export interface ChosenIo {
  readonly io: "deno" | "epoll";
  readonly why: string;
}

/** Chooses the I/O backend: epoll where it can be had, for it costs less. Throws {@linkcode ConfigError}. */
export function chooseIo(choice: IoChoice, { tlsUser, epollUnavailable }: IoFacts): ChosenIo {
  if (choice === "deno") return { io: "deno", why: "it was asked for" };
  const obstacle = tlsUser === null ? epollUnavailable : `${tlsUser} uses TLS, which it does not speak`;
  if (choice === "epoll") {
    if (obstacle !== null) throw new ConfigError(`The epoll backend cannot be used: ${obstacle}; leave out --io=epoll`);
    return { io: "epoll", why: "it was asked for" };
  }
  if (obstacle !== null) return { io: "deno", why: `epoll cannot be used: ${obstacle}` };
  return { io: "epoll", why: "it costs less here than the runtime's own sockets" };
}

/** The first listener or mirror whose deployment is reached by TLS, for a message; `null` if there is none. */
export function findTlsUser({ gateways, mirrors }: Pick<ProxyConfig, "gateways" | "mirrors">): string | null {
  const gateway = gateways.find(({ upstream }) => upstream.options.tls);
  if (gateway !== undefined) return `listener ${formatHostAddress(gateway.listen)}`;
  const mirror = mirrors.find(({ seeds }) => seeds.options.tls);
  return mirror === undefined ? null : `mirror ${mirror.label}`;
}
