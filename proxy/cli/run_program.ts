import { epollUnavailable } from "../../driver/transport/open_transport.ts";
import { advise } from "../log/advice.ts";
import { Log } from "../log/log.ts";
import { line } from "../log/log_line.ts";
import { chooseIo, findTlsUser } from "./choose_io.ts";
import { ConfigError } from "./config_error.ts";
import { describeConfig } from "./describe_config.ts";
import { boolean } from "./flag_kind.ts";
import type { FlagKey } from "./flags.ts";
import { gatewayFactory } from "./gateway_factory.ts";
import { type ConfigInputs, gatherSettings } from "./gather_settings.ts";
import { helpText } from "./help.ts";
import { loadConfig, type LoadedConfig } from "./load_config.ts";
import { parseCommandLine } from "./parse_command_line.ts";
import { resolveUpstreams } from "./resolve_upstreams.ts";
import { CANNOT_START, serve } from "./serve.ts";
import { listenForSignals } from "./signals.ts";
import { versionText } from "./version.ts";

const BAD_INPUT = 2;
/** A log that nobody reads does not keep the program from ending. */
const LAST_LINES_TIMEOUT_MS = 1_000;

/**
 * Runs the program with its arguments, the environment and the files of this process until it ends, and gives its exit
 * code: 0 for a good end, 1 if it cannot start, 2 for bad input, 130 or 143 after a second signal.
 */
export async function runProgram(args: readonly string[]): Promise<number> {
  const inputs: ConfigInputs = { args, env: Deno.env.toObject(), readFile: (path) => Deno.readTextFileSync(path) };
  try {
    const answer = answerTo(inputs);
    if (typeof answer !== "string") return await runProxy(answer);
    console.log(answer);
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(`torana: ${error.message}\nRun with --help to see all flags`);
    return BAD_INPUT;
  }
}

/** The text that was asked for, or the configuration to run. Throws {@linkcode ConfigError}. */
export function answerTo(inputs: ConfigInputs): string | LoadedConfig {
  const { flags } = parseCommandLine(inputs.args);
  const isOn = (key: FlagKey) => boolean.parse(flags.get(key) ?? "false") ?? false;
  if (isOn("help")) return helpText();
  if (isOn("version")) return versionText();
  const settings = gatherSettings(inputs);
  const loaded = loadConfig(settings);
  return settings.values.checkConfig ? describeConfig(loaded, settings) : loaded;
}

async function runProxy(loaded: LoadedConfig): Promise<number> {
  const { logLevel: level, pretty } = loaded.config;
  const color = Deno.stderr.isTerminal() && !Deno.noColor;
  const log = new Log({ level, pretty, color, write: writeToStderr });
  const signals = listenForSignals();
  for (const warning of loaded.warnings) log.write(line("warn", "configWarning", warning, {}));
  try {
    const config = await resolveUpstreams(loaded);
    const io = chooseIo(config.io, { tlsUser: findTlsUser(config), epollUnavailable: epollUnavailable() });
    return await serve(config, { log, signals, io, ...gatewayFactory(config, io.io, log) });
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    log.write(line("error", "failed", `torana ends: ${error.message}${advise(error)}`, { error: String(error) }));
    return CANNOT_START;
  } finally {
    await Promise.race([log.flush(), new Promise((resolve) => setTimeout(resolve, LAST_LINES_TIMEOUT_MS))]);
  }
}

async function writeToStderr(bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await Deno.stderr.write(bytes.subarray(written));
}
