import { parseConnectionString } from "../../../driver/connection_string.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { gatherSettings } from "../../../proxy/cli/gather_settings.ts";
import { loadConfig } from "../../../proxy/cli/load_config.ts";
import { chooseIo, findTlsUser } from "../../../proxy/cli/choose_io.ts";
import { DEFAULT_LIMITS } from "../../../proxy/limits.ts";
import { ConfigError } from "../../../proxy/cli/config_error.ts";

const ANYTHING_GOES = { tlsUser: null, epollUnavailable: null };

Deno.test("chooseIo() takes epoll where it can be had", () => {
  assertEquals(chooseIo("auto", ANYTHING_GOES).io, "epoll");
  assertEquals(chooseIo("epoll", ANYTHING_GOES).io, "epoll");
});

Deno.test("chooseIo() takes deno where it was asked for", () => {
  assertEquals(chooseIo("deno", ANYTHING_GOES), { io: "deno", why: "it was asked for" });
});

Deno.test("chooseIo() takes deno and says why where epoll cannot be had", () => {
  assertEquals(chooseIo("auto", { ...ANYTHING_GOES, epollUnavailable: "This is not Linux" }), {
    io: "deno",
    why: "epoll cannot be used: This is not Linux",
  });
  assertEquals(chooseIo("auto", { ...ANYTHING_GOES, tlsUser: "Listener :27016" }), {
    io: "deno",
    why: "epoll cannot be used: Listener :27016 uses TLS, which it does not speak",
  });
});

Deno.test("chooseIo() refuses epoll that cannot be had", () => {
  const error = assertThrows(() => chooseIo("epoll", { ...ANYTHING_GOES, epollUnavailable: "no libc" }), ConfigError);
  assertEquals(error.message, "The epoll backend cannot be used: no libc; leave out --io=epoll");
});

Deno.test("findTlsUser() names the listener whose deployment is reached by TLS", () => {
  const gateway = (port: number, uri: string) => ({
    listen: { kind: "tcp", host: "127.0.0.1", port } as const,
    unlink: false,
    label: "",
    upstream: parseConnectionString(uri),
    compressors: [],
    limits: DEFAULT_LIMITS,
  });
  const plain = gateway(1, "mongodb://h/");
  assertEquals(findTlsUser({ gateways: [plain], mirrors: [] }), null);
  assertEquals(
    findTlsUser({ gateways: [plain, gateway(2, "mongodb://h/?tls=true")], mirrors: [] }),
    "listener 127.0.0.1:2",
  );
});

Deno.test("findTlsUser() names the mirror whose set is reached by TLS", () => {
  const { config } = loadConfig(
    gatherSettings({ args: ["--mirror=mongodb://h/?tls=true&replicaSet=rs"], env: {}, readFile: () => "" }),
  );
  assertEquals(findTlsUser(config), "mirror rs");
});
