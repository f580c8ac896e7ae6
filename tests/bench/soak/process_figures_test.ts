import { assertEquals } from "@std/assert";
import { countConnections, cpuTicks } from "../../../bench/soak/process_figures.ts";

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue
   0: 0100007F:6989 00000000:0000 0A 00000000:00000000
   1: 0100007F:6989 0100007F:D431 01 00000000:00000000
   2: 0100007F:D431 0100007F:6989 01 00000000:00000000
   3: 0100007F:6989 0100007F:D432 08 00000000:00000000
   4: 0100007F:6989 0100007F:D433 06 00000000:00000000
   5: 0100007F:6990 0100007F:D434 01 00000000:00000000
`;

Deno.test("countConnections() counts what is open at a local port, neither listeners nor what is over", () => {
  assertEquals(countConnections(TABLE, 0x6989), 2);
  assertEquals(countConnections(TABLE, 80), 0);
});

Deno.test("cpuTicks() adds user and system time, whatever the program is called", () => {
  assertEquals(cpuTicks("12 (a) b) 1) S 1 2 3 4 5 6 7 8 9 10 100 23 0 0 20"), 123);
});
