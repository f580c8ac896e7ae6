import type { Document } from "bson";
import { specSuite } from "../support/spec_suite.ts";
import { runSelectionCase } from "./selection_case.ts";

specSuite("max-staleness/tests", (file) => [
  { name: "selects", run: () => runSelectionCase(file.json as Document) },
]);
