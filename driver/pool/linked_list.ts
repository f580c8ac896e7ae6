/** What a {@linkcode LinkedList} holds. The links live in the node, so that moving it allocates nothing. */
export interface Linked<Node extends Linked<Node>> {
  /** The one list that the node is in. */
  list: LinkedList<Node> | null;
  previous: Node | null;
  next: Node | null;
}

/** A doubly linked list in which a node's membership is its state: a node is in one list at most. */
export class LinkedList<Node extends Linked<Node>> {
  #first: Node | null = null;
  #last: Node | null = null;
  #size = 0;

  get first(): Node | null {
    return this.#first;
  }

  get last(): Node | null {
    return this.#last;
  }

  get size(): number {
    return this.#size;
  }

  /** Puts `node` at the end, and takes it out of the list that it was in. */
  append(node: Node): void {
    node.list?.remove(node);
    node.list = this;
    node.previous = this.#last;
    if (this.#last === null) this.#first = node;
    else this.#last.next = node;
    this.#last = node;
    this.#size++;
  }

  /** Takes `node` out. A node of another list is left alone. */
  remove(node: Node): void {
    if (node.list !== this) return;
    if (node.previous === null) this.#first = node.next;
    else node.previous.next = node.next;
    if (node.next === null) this.#last = node.previous;
    else node.next.previous = node.previous;
    node.list = node.previous = node.next = null;
    this.#size--;
  }

  /** The nodes of this moment, oldest first; the list may change while a caller goes through them. */
  toArray(): Node[] {
    const nodes: Node[] = [];
    for (let node = this.#first; node !== null; node = node.next) nodes.push(node);
    return nodes;
  }
}
