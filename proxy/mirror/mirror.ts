import { formatHostAddress, parseHostAddress } from "../../driver/address.ts";
import { createTopology } from "../../driver/deployment.ts";
import { MongoServerSelectionError } from "../../driver/error.ts";
import type { DriverEvent } from "../../driver/event.ts";
import type { ServerDescription, ServerType } from "../../driver/sdam/server_description.ts";
import type { Topology } from "../../driver/sdam/topology.ts";
import { denoTransport } from "../../driver/transport/deno_transport.ts";
import type { Transport } from "../../driver/transport/transport.ts";
import { DRIVER_VERSION } from "../../driver/version.ts";
import type { GatewayEvent, GatewayEventListener } from "../event.ts";
import type { GatewayConfig } from "../gateway_config.ts";
import { OwnCommands } from "../local/own_commands.ts";
import { advertisedAddress } from "./advertised_address.ts";
import { ConfigQuestion } from "./config_question.ts";
import { assignPorts, mappedPorts, type MemberPorts } from "./member_ports.ts";
import { discoveryUpstream, memberUpstream } from "./member_upstream.ts";
import type { MirrorConfig } from "./mirror_config.ts";
import { MirrorMember } from "./mirror_member.ts";
import type { MirrorStatus } from "./mirror_status.ts";
import { portOf } from "./reword_document.ts";
import { type SetMembers, setMembers } from "./set_members.ts";
import { SetView } from "./set_view.ts";

/**
 * A replica set as clients see it through the proxy: every member has a listener, and every reply names the listeners
 * instead of the members, so that drivers in replica-set mode choose members as ever and nobody needs to reach the
 * members themselves. Members that no `hello` lists, such as hidden ones, have none unless one is mapped to them.
 *
 * @example
 * ```ts ignore
 * const mirror = new Mirror(config, (event) => console.log(event.type));
 * await mirror.open({ ping: true });
 * await mirror.drain(30_000);
 * ```
 */
export class Mirror {
  readonly #config: MirrorConfig;
  readonly #emit: GatewayEventListener;
  readonly #transport: Transport;
  readonly #view = new SetView(() => this.#onView());
  readonly #members = new Map<string, MirrorMember>();
  /** Resolves when clients can be told of the members, or never will be. */
  readonly #known = Promise.withResolvers<void>();
  #ports: MemberPorts;
  readonly #ownCommands = new OwnCommands();
  #topology: Topology | null = null;
  #question: ConfigQuestion | null = null;
  #isDiscovered = false;
  #isClosing = false;

  /**
   * Keeps the configuration and does nothing yet. `onEvent` must not throw; `transport` opens all sockets, those of
   * clients and those to servers.
   */
  constructor(config: MirrorConfig, onEvent: GatewayEventListener, transport: Transport = denoTransport) {
    this.#config = config;
    this.#emit = onEvent;
    this.#transport = transport;
    this.#ports = mappedPorts(config);
  }

  /** Figures as they are now. */
  status(): MirrorStatus {
    return {
      members: [...this.#ports.keys()].map((name) => {
        const member = this.#members.get(name);
        const gateway = member?.status ?? null;
        return { member: name, address: this.#toldOf(name), isListening: gateway !== null, gateway };
      }),
    };
  }

  /**
   * Starts discovery; members get their listeners as they are found. With `ping`, waits for the first of them.
   * Throws `MongoServerSelectionError` if there is none in time, and `MongoParseError` for a TLS file that cannot be
   * used.
   */
  async open({ ping }: { readonly ping: boolean }): Promise<void> {
    const topology = await this.#createTopology();
    if (this.#isClosing) throw new MongoServerSelectionError("The mirror was closed while it opened");
    this.#topology = topology;
    this.#question = new ConfigQuestion(topology, this.#ownCommands, this.#view);
    topology.open();
    void this.#join([...this.#ports.keys()], setMembers(topology.description));
    if (!ping) return;
    try {
      await this.#untilFound(topology);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Stops accepting, lets what runs end for at most `timeoutMS` milliseconds, and closes everything. */
  async drain(timeoutMS: number): Promise<void> {
    this.#isClosing = true;
    await Promise.all([...this.#members.values()].map((member) => member.drain(timeoutMS)));
    await this.close();
  }

  /** Closes everything now. A closed mirror cannot be opened again. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#known.resolve();
    this.#ownCommands.cut();
    await Promise.all([...this.#members.values()].map((member) => member.close()));
    await this.#topology?.close();
  }

  async #untilFound(topology: Topology): Promise<void> {
    const { description } = await topology.selectServer({ readPreference: { mode: "nearest" } });
    const { type, address } = description;
    if (isOutsideSets(type)) {
      throw new MongoServerSelectionError(`The server at ${address} is in no replica set, expected a member of one`);
    }
    await this.#known.promise;
  }

  #createTopology(): Promise<Topology> {
    const { seeds, map } = this.#config;
    return createTopology(discoveryUpstream(seeds, map.keys()), {
      onEvent: (event) => this.#onDiscovery(event),
      transport: this.#transport,
      driverInfo: [{ name: "torana-mirror", version: DRIVER_VERSION }],
    });
  }

  #onDiscovery(event: DriverEvent): void {
    if (this.#isClosing) return;
    this.#emit({ type: "upstream", event });
    if (event.type === "serverDescriptionChanged") this.#judge(event.newDescription);
    if (event.type === "topologyDescriptionChanged") this.#follow(setMembers(event.newDescription));
  }

  /** Nobody will ever listen for a server that is no member of the set, which is to be told. */
  #judge({ address, type, setName }: ServerDescription): void {
    const isOther = setName !== null && setName !== (this.#topology?.description.setName ?? setName);
    if (isOther || isOutsideSets(type)) this.#emit({ type: "notOfSet", server: address, setName });
  }

  /** Makes the listeners those of the members that there are now. */
  #follow(members: SetMembers): void {
    this.#view.primary = members.primary;
    if (members.listed.length === 0) return;
    this.#isDiscovered = true;
    if (members.primary !== null) this.#leave(new Set(members.listed));
    void this.#join(members.listed, members);
  }

  /** Ends the listeners of those who are no members any more. */
  #leave(listed: ReadonlySet<string>): void {
    for (const member of this.#members.values()) {
      const { name, isAway } = member;
      if (isAway || listed.has(name) || this.#config.map.has(name)) continue;
      member.leave();
      this.#emit({ type: "memberRemoved", member: name, address: formatHostAddress(member.told) });
    }
  }

  /** Listens for members for whom nobody does; clients are told of all at once. */
  async #join(names: readonly string[], members: SetMembers): Promise<void> {
    const known = this.#ports;
    this.#ports = assignPorts(known, names, this.#config);
    for (const [member, address] of this.#ports) {
      if (address === null && !known.has(member)) this.#emit({ type: "memberWithoutPort", member });
    }
    const joining = names.map((name) => this.#member(name)?.join(this.#configOf(name, members)));
    await Promise.all([...joining, this.#question?.ask()]);
    this.#publish();
  }

  /** The member of that name, new if need be; null for one that got no port. */
  #member(name: string): MirrorMember | null {
    const address = this.#ports.get(name) ?? null;
    const known = this.#members.get(name);
    if (known !== undefined || address === null) return known ?? null;
    const member = new MirrorMember(address, {
      name,
      port: portOf(parseHostAddress(name)),
      transport: this.#transport,
      view: this.#view,
      advertised: (listened) => advertisedAddress(listened, this.#config.advertise),
      emit: (event) => this.#onMemberEvent(event),
      onListening: () => this.#publish(),
    });
    this.#members.set(name, member);
    return member;
  }

  #configOf(name: string, { arbiters }: SetMembers): Omit<GatewayConfig, "listen"> {
    const { gateway, label, seeds } = this.#config;
    const setName = this.#topology?.description.setName ?? null;
    return { ...gateway, label, upstream: memberUpstream(seeds, name, { setName, isArbiter: arbiters.has(name) }) };
  }

  /** What a member's own monitor tells the mirror's tells too, except of members that are not discovered. */
  #onMemberEvent(event: GatewayEvent): void {
    const isOfMonitor = event.type === "member" && event.event.type === "upstream" &&
      !event.event.event.type.startsWith("connection");
    if (!isOfMonitor || this.#topology?.server(event.member) === null) this.#emit(event);
  }

  /** Tells clients of the members for whom somebody listens, when those that were found first have their listeners. */
  #publish(): void {
    const isFirst = this.#isDiscovered || this.#config.ports.length === 0;
    if (this.#isClosing || !isFirst) return;
    const isThere = (name: string) => this.#members.get(name)?.isListening ?? false;
    this.#view.publish([...this.#ports.keys()].map((name) => [name, isThere(name) ? this.#toldOf(name) : null]));
    this.#known.resolve();
  }

  #toldOf(name: string): string | null {
    const member = this.#members.get(name);
    return member === undefined ? null : formatHostAddress(member.told);
  }

  #onView(): void {
    for (const member of this.#members.values()) member.onView();
  }
}

function isOutsideSets(type: ServerType): boolean {
  return type === "Standalone" || type === "Mongos";
}
