import type { ClientEntity } from "./client_entity.ts";
import type { CursorEntity } from "./cursor_entity.ts";
import type { DriverObject } from "./driver_interface.ts";
import type { TestThread } from "./test_thread.ts";

/** What a name stands for. */
export type Entity =
  | { readonly kind: "client"; readonly value: ClientEntity }
  | { readonly kind: "database"; readonly value: DriverObject }
  | { readonly kind: "collection"; readonly value: DriverObject }
  | { readonly kind: "session"; readonly value: DriverObject }
  | { readonly kind: "bucket"; readonly value: DriverObject }
  | { readonly kind: "cursor"; readonly value: CursorEntity }
  | { readonly kind: "thread"; readonly value: TestThread }
  /** The type of a topology and the address of its primary, at a certain time. */
  | { readonly kind: "topologyDescription"; readonly value: TopologyRecord }
  | { readonly kind: "bson"; readonly value: unknown };

/** What is kept of a client's view of its deployment. */
export interface TopologyRecord {
  readonly type: string;
  readonly primary: string | null;
}

/** The kinds of entities. */
export type EntityKind = Entity["kind"];

type ValueOf<K extends EntityKind> = Extract<Entity, { kind: K }>["value"];

/** The entities of one case by name. */
export class EntityMap {
  readonly #entities = new Map<string, Entity>();

  /** Throws `Error` where the name is in use. */
  set(name: string, entity: Entity): void {
    if (this.#entities.has(name)) throw new Error(`There is an entity ${name} already`);
    this.#entities.set(name, entity);
  }

  /** Throws `Error` where there is no such entity. */
  find(name: string): Entity {
    const entity = this.#entities.get(name);
    if (entity === undefined) throw new Error(`There is no entity ${name}`);
    return entity;
  }

  /** Throws `Error` where there is no such entity, or it is of another kind. */
  get<K extends EntityKind>(kind: K, name: string): ValueOf<K> {
    const entity = this.find(name);
    if (entity.kind !== kind) throw new Error(`The entity ${name} is a ${entity.kind}, expected a ${kind}`);
    return entity.value as ValueOf<K>;
  }

  /** All entities of one kind. */
  all<K extends EntityKind>(kind: K): ValueOf<K>[] {
    return [...this.#entities.values()].filter((entity) => entity.kind === kind).map(({ value }) =>
      value as ValueOf<K>
    );
  }
}
