import { assertEquals, assertThrows } from "@std/assert";
import { MongoParseError } from "../../driver/error.ts";
import { isSameOption, parseUriOptions } from "../../driver/uri_options.ts";
import { splitOptions } from "../../driver/uri_syntax.ts";

const parse = (query: string) => parseUriOptions(splitOptions(query));

Deno.test("parseUriOptions reads each kind of value", () => {
  const { options, warnings } = parse(
    "MAXPOOLSIZE=7&retryWrites=false&readPreference=nearest&readPreferenceTags=dc:ny,rack:1&readPreferenceTags=" +
      "&compressors=zstd,zlib&w=2&appname=a%20b&maxStalenessSeconds=-1&wtimeoutMS=9007199254740991",
  );
  assertEquals(options, {
    maxPoolSize: 7,
    retryWrites: false,
    readPreference: "nearest",
    readPreferenceTags: [{ dc: "ny", rack: "1" }, {}],
    compressors: ["zstd", "zlib"],
    w: 2,
    appName: "a b",
    maxStalenessSeconds: -1,
    wtimeoutMS: 9007199254740991,
  });
  assertEquals(warnings, []);
});

Deno.test("parseUriOptions leaves out bad values and says what would be right", () => {
  const bad: Readonly<Record<string, string>> = {
    "maxPoolSize=-1": "an integer of at least 0",
    "maxPoolSize=2147483648": "an integer of at least 0",
    "maxPoolSize=1e3": "an integer of at least 0",
    "maxPoolSize=": "an integer of at least 0",
    "heartbeatFrequencyMS=499": "an integer of at least 500",
    "maxStalenessSeconds=89": "an integer of at least 90, or -1",
    "zlibCompressionLevel=10": "an integer from -1 to 9",
    "retryReads=maybe": '"true" or "false"',
    "readPreference=Primary": "one of primary, primaryPreferred, secondary, secondaryPreferred, nearest",
    "w=-1": "a non-negative integer or a mode's name",
    "replicaSet=": "a text",
  };
  for (const [query, expected] of Object.entries(bad)) {
    const { options, warnings } = parse(query);
    const [name, value] = query.split("=");
    assertEquals(options, {});
    assertEquals(warnings, [`Invalid value "${value}" of option "${name}" was ignored, expected ${expected}`]);
  }
});

Deno.test("parseUriOptions takes old spellings of truth with a warning", () => {
  const { options, warnings } = parse("journal=1&retryReads=n");
  assertEquals(options, { journal: true, retryReads: false });
  assertEquals(warnings, [
    'Option "journal" has deprecated value "1", please write "true"',
    'Option "retryReads" has deprecated value "n", please write "false"',
  ]);
});

Deno.test("parseUriOptions prefers an option's own name to its old one", () => {
  assertEquals(parse("wtimeout=5").options, { wtimeoutMS: 5 });
  assertEquals(parse("wtimeout=5").warnings.length, 1);
  assertEquals(parse("wtimeoutMS=10&wtimeout=5").options, { wtimeoutMS: 10 });
  assertEquals(parse("gssapiServiceName=other").options, { authMechanismProperties: { SERVICE_NAME: "other" } });
});

Deno.test("parseUriOptions takes the last of repeated options", () => {
  const { options, warnings } = parse("replicaSet=a&replicaSet=b");
  assertEquals(options, { replicaSet: "b" });
  assertEquals(warnings.length, 1);
  assertEquals(parse("tls=true&ssl=true&tls=true"), { options: { tls: true }, warnings: [], unknownOptions: {} });
});

Deno.test("parseUriOptions drops unknown compressors only", () => {
  const { options, warnings } = parse("compressors=lz4,snappy,snappy");
  assertEquals(options, { compressors: ["snappy"] });
  assertEquals(warnings, ['Option "compressors" has unknown compressor "lz4"']);
  assertEquals(parse("compressors=lz4").options, {});
});

Deno.test("parseUriOptions splits properties at plain or encoded separators", () => {
  const properties = (value: string) => parse(`authMechanismProperties=${value}`).options.authMechanismProperties;
  assertEquals(properties("service_name:a:b,SERVICE_REALM:c"), { SERVICE_NAME: "a:b", SERVICE_REALM: "c" });
  assertEquals(properties("SERVICE_NAME%3Aa%2CSERVICE_REALM%3Ab"), { SERVICE_NAME: "a", SERVICE_REALM: "b" });
  assertEquals(properties("TOKEN_RESOURCE:a%2Cb"), { TOKEN_RESOURCE: "a,b" });
  assertEquals(properties("nonsense"), undefined);
});

Deno.test("parseUriOptions refuses bad percent-encoding", () => {
  assertThrows(() => parse("appName=%zz"), MongoParseError, "percent-encoding");
});

Deno.test("isSameOption knows aliases and ignores case", () => {
  assertEquals(isSameOption("SSL", "tls"), true);
  assertEquals(isSameOption("authsource", "authSource"), true);
  assertEquals(isSameOption("label", "LABEL"), true);
  assertEquals(isSameOption("tls", "tlsInsecure"), false);
});
