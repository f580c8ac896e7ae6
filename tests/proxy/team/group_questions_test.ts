import { assertEquals } from "@std/assert";
import { GroupQuestions } from "../../../proxy/team/group_questions.ts";

Deno.test("GroupQuestions collect what all workers answer", async () => {
  const questions = new GroupQuestions();
  const asked: number[][] = [];
  const answer = questions.ask([1, 2], (worker, id) => asked.push([worker, id]));
  questions.onAnswer(1, 1, ["a"]);
  questions.onAnswer(2, 1, ["b", "a"]);
  assertEquals([...await answer], ["a", "b"]);
  assertEquals(asked, [[1, 1], [2, 1]]);
});

Deno.test("GroupQuestions do not wait for a worker that ends", async () => {
  const questions = new GroupQuestions();
  const answer = questions.ask([1, 2], () => {});
  questions.onAnswer(1, 1, ["a"]);
  questions.onPeerLost(2);
  assertEquals([...await answer], ["a"]);
});

Deno.test("GroupQuestions are answered at once where nobody is there to ask", async () => {
  assertEquals([...await new GroupQuestions().ask([], () => {})], []);
});
