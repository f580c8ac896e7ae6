import { assertEquals, assertStrictEquals } from "@std/assert";
import { type Linked, LinkedList } from "../../../driver/pool/linked_list.ts";

class Node implements Linked<Node> {
  list: LinkedList<Node> | null = null;
  previous: Node | null = null;
  next: Node | null = null;
  constructor(readonly name: string) {}
}

function names(list: LinkedList<Node>): string {
  return list.toArray().map((node) => node.name).join("");
}

function filled(text: string): [LinkedList<Node>, Node[]] {
  const list = new LinkedList<Node>();
  const nodes = [...text].map((name) => new Node(name));
  for (const node of nodes) list.append(node);
  return [list, nodes];
}

Deno.test("LinkedList keeps the order of appending", () => {
  const [list, nodes] = filled("abc");
  assertEquals(names(list), "abc");
  assertStrictEquals(list.first, nodes[0]!);
  assertStrictEquals(list.last, nodes[2]!);
});

Deno.test("LinkedList removes first, middle, last and only nodes", () => {
  for (const [index, rest] of [[0, "bc"], [1, "ac"], [2, "ab"]] as const) {
    const [list, nodes] = filled("abc");
    list.remove(nodes[index]!);
    assertEquals(names(list), rest);
    assertEquals(list.size, 2);
    assertEquals([list.first?.name, list.last?.name], [rest[0], rest[1]]);
  }
  const [list, nodes] = filled("a");
  list.remove(nodes[0]!);
  assertEquals([list.size, list.first, list.last], [0, null, null]);
});

Deno.test("LinkedList.append moves a node between lists, and to the end of its own", () => {
  const [from, nodes] = filled("abc");
  const [to] = filled("xy");
  to.append(nodes[1]!);
  from.append(nodes[0]!);
  assertEquals([names(from), names(to)], ["ca", "xyb"]);
  assertStrictEquals(nodes[1]!.list, to);
});

Deno.test("LinkedList.remove leaves a node of another list alone", () => {
  const [list] = filled("ab");
  const [other, strangers] = filled("x");
  list.remove(strangers[0]!);
  assertEquals([list.size, names(other)], [2, "x"]);
});
