import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseConnectionString } from "../../../driver/connection_string.ts";
import { describeConfig, hideSecrets } from "../../../proxy/cli/describe_config.ts";
import { gatherSettings } from "../../../proxy/cli/gather_settings.ts";
import { loadConfig } from "../../../proxy/cli/load_config.ts";

function describe(args: string[], env: Record<string, string> = {}): string {
  const settings = gatherSettings({ args, env, readFile: () => "" });
  return describeConfig(loadConfig(settings), settings);
}

Deno.test("describeConfig() shows listeners, settings with their origin, and warnings", () => {
  const text = describe(["--max-clients=5", ":1=mongodb://u:pw@a,b/db?replicaSet=rs&label=x&maxWireVersion=0&frob=1"], {
    TORANA_WAIT_TIMEOUT: "3000",
  });
  assertStringIncludes(
    text,
    "Listeners (Command line)\n  0.0.0.0:1 = mongodb://u:***@a:27017,b:27017/db?replicaSet=rs",
  );
  assertStringIncludes(text, "    label x\n    clients are told wire version 0 at most\nSettings");
  assertStringIncludes(text, "  --max-clients=5  (Flag --max-clients)");
  assertStringIncludes(text, "  --wait-timeout=3s  (Variable TORANA_WAIT_TIMEOUT)");
  assertStringIncludes(text, "  --network=tcp4  (Default)");
  assertStringIncludes(text, 'Warnings\n  Listener 0.0.0.0:1: Unsupported option "frob" was ignored');
});

Deno.test("describeConfig() shows a mirror without its password", () => {
  const text = describe([
    "--mirror=mongodb://u:pw@a,b/?replicaSet=rs",
    "--ports=7,8,6000-6010",
    "--map=a=127.0.0.1:7,c:5=:9",
    "--advertise=proxy.example.com",
    "--advertised-wire-version=4",
  ]);
  assertStringIncludes(
    text,
    "Mirror (Flag --mirror)\n  mongodb://u:***@a:27017,b:27017/?replicaSet=rs\n    label rs\n" +
      "    a:27017 on 127.0.0.1:7\n    c:5 on 0.0.0.0:9\n    other members on ports 8,6000-6010 of 0.0.0.0\n" +
      "    clients are told proxy.example.com\n    clients are told wire version 4 at most\nSettings",
  );
  assertStringIncludes(text, "  --mirror=***  (Flag --mirror)");
  assertStringIncludes(text, "  --ports=7-8,6000-6010  (Flag --ports)");
  assertStringIncludes(text, "  --map=a=127.0.0.1:7,c:5=:9  (Flag --map)");
  assert(!text.includes("pw"));
});

Deno.test("describeConfig() shows whether there is a password, and not which", () => {
  assertStringIncludes(describe(["--password=", ":1=mongodb://h"]), "  --password=  (Flag --password)");
  assertStringIncludes(describe(["--password=pw", ":1=mongodb://u@h"]), "  --password=***  (Flag --password)");
});

for (
  const [uri, shown] of [
    ["mongodb://h", "mongodb://h:27017/"],
    ["mongodb://u@h", "mongodb://u@h:27017/"],
    ["mongodb://u%40x:pw@h", "mongodb://u%40x:***@h:27017/"],
    ["mongodb://[::1]:5,b/db", "mongodb://[::1]:5,b:27017/db"],
    ["mongodb://%2Ftmp%2Fx.sock", "mongodb://%2Ftmp%2Fx.sock/"],
    ["mongodb+srv://u:pw@c.example.com/db", "mongodb+srv://u:***@c.example.com/db?tls=true"],
    [
      "mongodb://h/?readPreference=secondary&readPreferenceTags=a:b,c:d&readPreferenceTags=",
      "mongodb://h:27017/?readPreference=secondary&readPreferenceTags=a:b,c:d&readPreferenceTags=",
    ],
    ["mongodb://h/?compressors=zstd,snappy&w=majority", "mongodb://h:27017/?compressors=zstd,snappy&w=majority"],
    [
      "mongodb://h/?tls=true&tlsCertificateKeyFile=k.pem&tlsCertificateKeyFilePassword=pw",
      "mongodb://h:27017/?tls=true&tlsCertificateKeyFile=k.pem&tlsCertificateKeyFilePassword=***",
    ],
    [
      "mongodb://h/?proxyHost=p&proxyUsername=u&proxyPassword=pw",
      "mongodb://h:27017/?proxyHost=p&proxyUsername=u&proxyPassword=***",
    ],
    [
      "mongodb://k:pw@h/?authMechanism=MONGODB-AWS&authMechanismProperties=AWS_SESSION_TOKEN:pw",
      "mongodb://k:***@h:27017/?authMechanism=MONGODB-AWS&authMechanismProperties=***",
    ],
  ] as const
) {
  Deno.test(`hideSecrets() shows ${uri}`, () => {
    const actual = hideSecrets(parseConnectionString(uri));
    assertEquals(new Set(actual.split(/[?&]/)), new Set(shown.split(/[?&]/)));
    assert(!actual.includes("pw"));
  });
}
